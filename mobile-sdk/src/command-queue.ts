import { type Ack, CodedError, type ErrorCode, type Refusal } from '@rideline/contract';
import type { SdkClock } from './clock.ts';
import { retryAdvice } from './connection-state.ts';
import { Timer } from './timer.ts';

/** Where commands survive the app: the app's own file or key. `save` resolves once the text would survive. */
export interface CommandStorage {
  load(): Promise<string | null>;
  save(text: string): Promise<void>;
}

/** A command as it is kept: what goes on the wire, and until when it makes sense (epoch ms of the phone). */
export interface StoredCommand {
  readonly event: string;
  readonly body: { readonly commandId?: string } & Record<string, unknown>;
  readonly until: number | null;
}

/** How a command ended: as the server has it, or why never. */
export type CommandOutcome<Reply extends object> = ({ ok: true } & Reply) | Refusal;

export interface CommandQueueOptions {
  readonly clock: SdkClock;
  /** Sends once; a refusal of this side (TIMEOUT, UNAVAILABLE) when there was no answer. */
  readonly send: (event: string, body: unknown, timeoutMs: number) => Promise<Ack<object>>;
  readonly isConnected: () => boolean;
  readonly storage?: CommandStorage | undefined;
  /** A command has ended; also one that an earlier start of the app had given. */
  readonly onEnd: (command: StoredCommand, outcome: CommandOutcome<object>) => void;
  /** The storage did not take or give the commands. */
  readonly onStorageError: (error: unknown) => void;
}

interface Waiting {
  readonly command: StoredCommand;
  readonly resolve: (outcome: CommandOutcome<object>) => void;
}

const ANSWER_MS = 10_000;
const MOST_COMMANDS = 100;
const BACKOFF_MS = 500;
const BACKOFF_MAX_MS = 10_000;

/**
 * Commands in the order in which they were given, one at a time, each kept until the server has answered for good: done, or never. A lost
 * answer is asked for again under the same id, which has one effect. What has become illegal is answered so, and never holds up the rest.
 */
export class CommandQueue {
  private readonly options: CommandQueueOptions;
  private readonly timer: Timer;
  private readonly waiting: Waiting[] = [];
  private failures = 0;
  private working = false;

  constructor(options: CommandQueueOptions) {
    this.options = options;
    this.timer = new Timer(options.clock);
  }

  get size(): number {
    return this.waiting.length;
  }

  /** Takes up what an earlier start of the app left. To be called before the first `add`. */
  async restore(): Promise<void> {
    try {
      const text = await this.options.storage?.load();
      const stored = text ? (JSON.parse(text) as StoredCommand[]) : [];
      for (const command of stored.slice(0, MOST_COMMANDS)) {
        this.waiting.push({ command, resolve: () => undefined });
      }
    } catch (error) {
      this.options.onStorageError(error);
    }
    void this.work();
  }

  /** Resolves when the command has ended. A full queue refuses at once: STORE_FULL. */
  add(command: StoredCommand): Promise<CommandOutcome<object>> {
    if (this.waiting.length >= MOST_COMMANDS) return Promise.resolve(refusalOf('STORE_FULL'));
    return new Promise((resolve) => {
      this.waiting.push({ command, resolve });
      void this.save().then(() => this.work());
    });
  }

  /** The connection is there again: nothing is waited for any more. */
  wake(): void {
    this.timer.clear();
    this.failures = 0;
    void this.work();
  }

  /** The app closes the connection for good: who waits is told so; what is stored stays stored, for the next start. */
  close(): void {
    this.timer.clear();
    for (const { resolve } of this.waiting.splice(0)) resolve(refusalOf('UNAVAILABLE'));
  }

  private async work(): Promise<void> {
    if (this.working || this.timer.running) return;
    this.working = true;
    try {
      while (this.waiting[0] && (await this.try(this.waiting[0])));
    } finally {
      this.working = false;
    }
  }

  /** @returns whether the next one's turn has come */
  private async try(first: Waiting): Promise<boolean> {
    const { clock, send, isConnected } = this.options;
    const { event, body, until } = first.command;
    if (until !== null && clock.wallMs() > until) return this.end(first, refusalOf('GONE'));
    if (!isConnected()) return false;
    const answer = await send(event, body, ANSWER_MS);
    if (answer.ok || isFinal(answer.code)) return this.end(first, answer);
    if (!this.waiting.includes(first)) return false;
    this.failures += 1;
    const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** (this.failures - 1));
    this.timer.set((answer.retryAfterMs ?? 0) + clock.random() * ceiling, () => void this.work());
    return false;
  }

  private async end(first: Waiting, outcome: CommandOutcome<object>): Promise<boolean> {
    this.failures = 0;
    const at = this.waiting.indexOf(first);
    // Closed in the meantime: its caller has been told.
    if (at < 0) return false;
    this.waiting.splice(at, 1);
    this.options.onEnd(first.command, outcome);
    first.resolve(outcome);
    await this.save();
    return true;
  }

  private async save(): Promise<void> {
    try {
      await this.options.storage?.save(JSON.stringify(this.waiting.map(({ command }) => command)));
    } catch (error) {
      this.options.onStorageError(error);
    }
  }
}

/** Trying again cannot help: it was refused for good. A token that has run out is renewed by the connection. */
function isFinal(code: string): boolean {
  const advice = retryAdvice(code);
  return advice === 'never' || advice === 'change';
}

function refusalOf(code: ErrorCode): Refusal {
  return new CodedError(code).toRefusal();
}
