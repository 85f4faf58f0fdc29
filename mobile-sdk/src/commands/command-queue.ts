import { type Ack, CodedError, type CommandEffect, type ErrorCode, type Refusal } from '@rideline/contract';
import { retryAdvice } from '../connection/connection-state.ts';
import type { SdkClock } from '../time/clock.ts';
import { Timer } from '../time/timer.ts';

/** Storage in which commands survive the app: a file or key of the app. `save` resolves once the text is stored. */
export interface CommandStorage {
  load(): Promise<string | null>;
  save(text: string): Promise<void>;
}

/** A stored command: event and body as they are sent. `until`: when it expires, epoch ms of the phone; null for never. */
export interface StoredCommand {
  readonly event: string;
  readonly body: { readonly commandId?: string } & Record<string, unknown>;
  readonly until: number | null;
}

/** How a command ended: the server's answer, or why it was given up. */
export type CommandOutcome<Reply extends object> = ({ ok: true } & Reply) | Refusal;

export interface CommandQueueOptions {
  readonly clock: SdkClock;
  /** Sends once; resolves with a local refusal (TIMEOUT, UNAVAILABLE) when there was no answer. */
  readonly send: (event: string, body: unknown, timeoutMs: number) => Promise<Ack<object>>;
  readonly isConnected: () => boolean;
  readonly storage?: CommandStorage | undefined;
  /** A command has ended; also one from an earlier start of the app. */
  readonly onEnd: (command: StoredCommand, outcome: CommandOutcome<object>) => void;
  /** A command was not answered and may have taken effect; it is sent again under its id until the server says. Called once per command. */
  readonly onUnconfirmed: (command: StoredCommand) => void;
  /** The storage could not save or load the commands. */
  readonly onStorageError: (error: unknown) => void;
}

interface Waiting {
  readonly command: StoredCommand;
  readonly resolve: (outcome: CommandOutcome<object>) => void;
  /** A try was not answered, or is on its way: the command may have taken effect. */
  isUnconfirmed: boolean;
}

const ANSWER_MS = 10_000;
const UNKNOWN_EFFECT: ReadonlySet<string> = new Set<ErrorCode>(['UNAVAILABLE', 'TIMEOUT', 'INTERNAL']);
const MAX_COMMANDS = 100;
const BACKOFF_MS = 500;
const BACKOFF_MAX_MS = 10_000;

/**
 * Sends commands in the given order, one at a time, each kept until the server has answered finally: done or refused. A command without an
 * answer is sent again under the same id, which has one effect. A command that has become illegal is refused and never blocks the rest.
 */
export class CommandQueue {
  readonly #options: CommandQueueOptions;
  readonly #timer: Timer;
  readonly #waiting: Waiting[] = [];
  #failures = 0;
  #working = false;
  /** Settles when the commands of an earlier start are in the queue; until then nothing is sent or stored. */
  #restored: Promise<void> = Promise.resolve();
  #isRestoring = false;

  constructor(options: CommandQueueOptions) {
    this.#options = options;
    this.#timer = new Timer(options.clock);
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Restores the commands of an earlier start of the app. Commands that are added meanwhile follow them. */
  async restore(): Promise<void> {
    this.#isRestoring = true;
    this.#restored = this.#load();
    await this.#restored;
    this.#isRestoring = false;
    void this.#work();
  }

  async #load(): Promise<void> {
    try {
      const text = await this.#options.storage?.load();
      const stored = text ? (JSON.parse(text) as StoredCommand[]) : [];
      const earlier = stored.slice(0, MAX_COMMANDS);
      this.#waiting.unshift(
        ...earlier.map((command) => ({ command, resolve: () => undefined, isUnconfirmed: true })),
      );
    } catch (error) {
      this.#options.onStorageError(error);
    }
  }

  /** Resolves when the command has ended. A full queue refuses at once with STORE_FULL. */
  add(command: StoredCommand): Promise<CommandOutcome<object>> {
    if (this.#waiting.length >= MAX_COMMANDS) return Promise.resolve(refusalOf('STORE_FULL', 'none'));
    return new Promise((resolve) => {
      this.#waiting.push({ command, resolve, isUnconfirmed: false });
      // Stored before the restore has read the storage, it would replace what is stored there.
      void this.#restored.then(() => this.#save()).then(() => this.#work());
    });
  }

  /** The connection is up again: retries without further waiting. */
  wake(): void {
    this.#timer.clear();
    this.#failures = 0;
    void this.#work();
  }

  /** The app closes the connection for good: pending callers get UNAVAILABLE; stored commands stay stored for the next start. */
  close(): void {
    this.#timer.clear();
    for (const { resolve, isUnconfirmed } of this.#waiting.splice(0))
      resolve(refusalOf('UNAVAILABLE', isUnconfirmed ? 'unknown' : 'none'));
  }

  async #work(): Promise<void> {
    if (this.#working || this.#isRestoring || this.#timer.running) return;
    this.#working = true;
    try {
      while (this.#waiting[0] && (await this.#try(this.#waiting[0])));
    } finally {
      this.#working = false;
    }
  }

  /** @returns whether the next command may be sent */
  async #try(first: Waiting): Promise<boolean> {
    const { clock, send, isConnected } = this.#options;
    const { event, body, until } = first.command;
    if (until !== null && clock.wallMs() > until)
      return this.#end(first, refusalOf('GONE', first.isUnconfirmed ? 'unknown' : 'none'));
    if (!isConnected()) return false;
    const wasUnconfirmed = first.isUnconfirmed;
    first.isUnconfirmed = true;
    const answer = await send(event, body, ANSWER_MS);
    if (answer.ok || isFinal(answer.code)) return this.#end(first, answer);
    if (!this.#waiting.includes(first)) return false;
    first.isUnconfirmed = wasUnconfirmed || effectOf(answer) === 'unknown';
    if (first.isUnconfirmed && !wasUnconfirmed) this.#options.onUnconfirmed(first.command);
    this.#failures += 1;
    const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** (this.#failures - 1));
    this.#timer.set((answer.retryAfterMs ?? 0) + clock.random() * ceiling, () => void this.#work());
    return false;
  }

  async #end(first: Waiting, outcome: CommandOutcome<object>): Promise<boolean> {
    this.#failures = 0;
    const at = this.#waiting.indexOf(first);
    // Closed meanwhile: its caller has its outcome already.
    if (at < 0) return false;
    this.#waiting.splice(at, 1);
    this.#options.onEnd(first.command, outcome);
    first.resolve(outcome);
    await this.#save();
    return true;
  }

  async #save(): Promise<void> {
    try {
      await this.#options.storage?.save(JSON.stringify(this.#waiting.map(({ command }) => command)));
    } catch (error) {
      this.#options.onStorageError(error);
    }
  }
}

/** Whether sending the command again cannot succeed. An expired token is not final: the connection renews it. */
function isFinal(code: string): boolean {
  const advice = retryAdvice(code);
  return advice === 'never' || advice === 'change';
}

/** A server from before the field leaves `effect` out, also when it did not learn whether the command was stored. */
function effectOf({ code, effect }: Refusal): CommandEffect {
  return effect ?? (UNKNOWN_EFFECT.has(code) ? 'unknown' : 'none');
}

function refusalOf(code: ErrorCode, effect?: CommandEffect): Refusal {
  return new CodedError(code, undefined, { effect }).toRefusal();
}
