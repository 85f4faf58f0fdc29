import type { Ack, Refusal } from '@rideline/contract';
import { localRefusal } from '../errors/rideline-error.ts';
import type { RecordStore } from '../storage/storage.ts';
import type { StoreKeeper } from '../storage/store-keeper.ts';
import type { SdkClock } from '../time/clock.ts';
import { CommandLane, type CommandLaneOptions, type WaitingCommand } from './command-lane.ts';

/** A stored command: event and body as they are sent. `until`: when it expires, epoch ms of the phone; null for never. */
export interface StoredCommand {
  readonly event: string;
  readonly body: { readonly commandId?: string } & Record<string, unknown>;
  readonly until: number | null;
  /** Goes before every command that is not urgent, and waits neither for the storage nor for one that is being sent. */
  readonly urgent?: true;
}

/** How a command ended: the server's answer, or why it was given up. */
export type CommandOutcome<Reply extends object> = ({ ok: true } & Reply) | Refusal;

export interface CommandQueueOptions {
  readonly clock: SdkClock;
  /** Sends once; resolves with a local refusal (TIMEOUT, UNAVAILABLE) when there was no answer. */
  readonly send: (event: string, body: unknown, timeoutMs: number) => Promise<Ack<object>>;
  readonly isConnected: () => boolean;
  readonly store: Pick<StoreKeeper, 'write' | 'isOpen' | 'ready'>;
  /** A command has ended; also one from an earlier start of the app. */
  readonly onEnd: (command: StoredCommand, outcome: CommandOutcome<object>) => void;
  /** A command was not answered and may have taken effect; it is sent again under its id until the server says. Called once per command. */
  readonly onUnconfirmed: (command: StoredCommand) => void;
}

const MAX_COMMANDS = 100;
const MAX_URGENT = 20;

/**
 * Sends commands in the given order, one at a time, each kept, in the storage too, until the server has answered finally: done or refused. A
 * command without an answer is sent again under the same id, which has one effect. A command that has become illegal is refused and never blocks
 * the rest. Urgent commands have a lane of their own.
 */
export class CommandQueue {
  readonly #options: CommandQueueOptions;
  readonly #normal: CommandLane;
  readonly #urgent: CommandLane;
  /** Record ids of stored commands. */
  readonly #ids = new Map<WaitingCommand, number>();
  readonly #saving = new Set<WaitingCommand>();
  /** Some of them end while they are being stored. */
  readonly #ended = new WeakSet<WaitingCommand>();
  #isReady = false;
  #isClosed = false;

  constructor(options: CommandQueueOptions) {
    this.#options = options;
    const lane: CommandLaneOptions = { ...options, onEnd: (ended, outcome) => this.#onEnd(ended, outcome) };
    this.#normal = new CommandLane(lane, true);
    this.#urgent = new CommandLane(lane, false);
    void options.store.ready.then(() => this.#begin());
  }

  get size(): number {
    return this.#normal.waiting.length + this.#urgent.waiting.length;
  }

  /** Resolves when the command has ended. A full queue refuses at once with STORE_FULL, a closed one with UNAVAILABLE. */
  add(command: StoredCommand): Promise<CommandOutcome<object>> {
    if (this.#isClosed) return Promise.resolve(localRefusal('UNAVAILABLE', 'none'));
    const [lane, most] = command.urgent ? [this.#urgent, MAX_URGENT] : [this.#normal, MAX_COMMANDS];
    if (lane.waiting.length >= most) return Promise.resolve(localRefusal('STORE_FULL', 'none'));
    return new Promise((resolve) => {
      const waiting = this.#waitingOf(command, resolve);
      // Stored before the restore has read the storage, it would be read as one of an earlier start.
      if (this.#isReady) {
        this.saveAll();
        this.#save(waiting);
      }
      lane.add(waiting);
    });
  }

  /** Reads the commands of earlier starts: they go before those that were given meanwhile. @returns how many they are */
  async restore(store: RecordStore): Promise<number> {
    // Each has one record, so a page holds them all unless records are damaged.
    const records = await store.read('commands', 0, 2 * (MAX_COMMANDS + MAX_URGENT));
    const damaged: number[] = [];
    const earlier: WaitingCommand[] = [];
    for (const { id, text } of records) {
      const command = commandOf(text);
      if (command === null) {
        damaged.push(id);
        continue;
      }
      const waiting = { ...this.#waitingOf(command, ignoreOutcome), isUnconfirmed: true };
      this.#ids.set(waiting, id);
      earlier.push(waiting);
    }
    if (damaged.length > 0) await store.delete('commands', damaged);
    this.#urgent.addFirst(earlier.filter(({ command }) => command.urgent));
    this.#normal.addFirst(earlier.filter(({ command }) => !command.urgent));
    return earlier.length;
  }

  /** Stores the commands that could not be stored before. */
  saveAll(): void {
    for (const waiting of [...this.#urgent.waiting, ...this.#normal.waiting])
      if (!this.#ids.has(waiting) && !this.#saving.has(waiting)) this.#save(waiting);
  }

  /** The connection is up again: retries without further waiting. */
  wake(): void {
    this.#urgent.wake();
    this.#normal.wake();
  }

  /** Another client has the store and sends what is stored: pending callers get UNAVAILABLE with the effect unknown. */
  handOver(): void {
    for (const lane of [this.#urgent, this.#normal])
      lane.abandon((waiting) => {
        if (!this.#ids.has(waiting)) return false;
        waiting.isUnconfirmed = true;
        return true;
      });
    this.#ids.clear();
  }

  /** The app closes the connection for good: pending callers get UNAVAILABLE; stored commands stay stored for the next start. */
  close(): void {
    this.#isClosed = true;
    for (const lane of [this.#urgent, this.#normal]) lane.abandon(() => true);
    this.#ids.clear();
  }

  #begin(): void {
    this.#isReady = true;
    this.saveAll();
    this.#normal.release();
  }

  #waitingOf(command: StoredCommand, resolve: WaitingCommand['resolve']): WaitingCommand {
    const { clock } = this.#options;
    // The wall clock may be set while the command waits; of an earlier start nothing else is known.
    const expiresMs =
      command.until === null ? null : clock.monotonicMs() + Math.max(0, command.until - clock.wallMs());
    return { command, expiresMs, resolve, isUnconfirmed: false, stored: Promise.resolve() };
  }

  #save(waiting: WaitingCommand): void {
    const text = JSON.stringify(waiting.command);
    const onStored = ([id = 0]: number[]) => {
      if (this.#ended.has(waiting)) this.#delete(id);
      else this.#ids.set(waiting, id);
    };
    this.#saving.add(waiting);
    // Never rejects: the store keeper reports what fails.
    const stored = this.#options.store
      .write((store) => store.append('commands', [text]), onStored)
      .then((ids) => {
        this.#saving.delete(waiting);
        if (ids !== undefined) onStored(ids);
      });
    if (!waiting.command.urgent) waiting.stored = stored;
  }

  #onEnd(ended: WaitingCommand, outcome: CommandOutcome<object>): void {
    this.#ended.add(ended);
    const id = this.#ids.get(ended);
    this.#ids.delete(ended);
    if (id !== undefined) this.#delete(id);
    this.#options.onEnd(ended.command, outcome);
  }

  /** A record that cannot be deleted is sent again by the next start, and has no second effect. */
  #delete(id: number): void {
    void this.#options.store.write((store) => store.delete('commands', [id]));
  }
}

/** null: the record is damaged. */
function commandOf(text: string): StoredCommand | null {
  try {
    const command = JSON.parse(text) as Partial<StoredCommand>;
    const isCommand = typeof command.event === 'string' && typeof (command.body ?? 0) === 'object';
    return isCommand ? { ...(command as StoredCommand), until: command.until ?? null } : null;
  } catch {
    return null;
  }
}

function ignoreOutcome(): void {
  // The caller is gone with its process; the event `command` reports the outcome.
}
