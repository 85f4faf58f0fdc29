import type { CommandStorage, StoredCommand } from '@rideline/sdk';

/** What a phone keeps of its apps' commands: a file that outlives the app, or memory that does not. */
export class PhoneStorage {
  #text: string | null = null;
  readonly #isKept: boolean;
  readonly #onCommand: (command: StoredCommand) => void;
  readonly #known = new Set<string>();

  /**
   * @param isKept false: the text is forgotten with the app
   * @param onCommand called once for each command that an app gave to its SDK, before the SDK sends it
   */
  constructor(isKept: boolean, onCommand: (command: StoredCommand) => void) {
    this.#isKept = isKept;
    this.#onCommand = onCommand;
  }

  /** The storage of one start of the app. After `stop`, what that app still writes is lost, as the writes of a killed process. */
  ofApp(): CommandStorage & { stop(): void } {
    if (!this.#isKept) this.#text = null;
    let isStopped = false;
    return {
      load: async () => this.#text,
      save: async (text) => {
        if (isStopped) return;
        this.#text = text;
        this.#tell(text);
      },
      stop: () => {
        isStopped = true;
      },
    };
  }

  #tell(text: string): void {
    for (const command of JSON.parse(text) as StoredCommand[]) {
      const id = commandIdOf(command);
      if (this.#known.has(id)) continue;
      this.#known.add(id);
      this.#onCommand(command);
    }
  }
}

/** What makes a repetition the same command: its id, or the trip's for a request. */
export function commandIdOf({ body }: StoredCommand): string {
  return String(body.commandId ?? body.tripId);
}
