import { memoryStorage, type RecordStore, type SdkStorage, type StoredCommand } from '@rideline/sdk';

/** What a phone keeps of its apps: a storage that outlives the app, or one that does not. */
export class PhoneStorage {
  #storage = memoryStorage();
  readonly #isKept: boolean;
  readonly #onCommand: (command: StoredCommand) => void;
  readonly #known = new Set<string>();

  /**
   * @param isKept false: what is stored is forgotten with the app
   * @param onCommand called once for each command that an app gave to its SDK, before the SDK sends it
   */
  constructor(isKept: boolean, onCommand: (command: StoredCommand) => void) {
    this.#isKept = isKept;
    this.#onCommand = onCommand;
  }

  /** The storage of one start of the app. After `stop`, what that app still writes is lost, as the writes of a killed process. */
  ofApp(): SdkStorage & { stop(): void } {
    if (!this.#isKept) this.#storage = memoryStorage();
    const storage = this.#storage;
    const app = { isStopped: false };
    return {
      open: async (options) => this.#watched(await storage.open(options), app),
      wipe: () => storage.wipe(),
      stop: () => {
        app.isStopped = true;
      },
    };
  }

  #watched(store: RecordStore, app: { readonly isStopped: boolean }): RecordStore {
    const whileRunning = <Result>(call: () => Promise<Result>) =>
      app.isStopped ? Promise.reject(new Error('the app was killed')) : call();
    return {
      append: (log, texts) =>
        whileRunning(async () => {
          const ids = await store.append(log, texts);
          if (log === 'commands') for (const text of texts) this.#tell(JSON.parse(text) as StoredCommand);
          return ids;
        }),
      read: (log, afterId, limit) => store.read(log, afterId, limit),
      delete: (log, ids) => whileRunning(() => store.delete(log, ids)),
      deleteUpTo: (log, id) => whileRunning(() => store.deleteUpTo(log, id)),
      close: () => store.close(),
    };
  }

  #tell(command: StoredCommand): void {
    const id = commandIdOf(command);
    if (this.#known.has(id)) return;
    this.#known.add(id);
    this.#onCommand(command);
  }
}

/** What makes a repetition the same command: its id, or the trip's for a request. */
export function commandIdOf({ body }: StoredCommand): string {
  return String(body.commandId ?? body.tripId);
}
