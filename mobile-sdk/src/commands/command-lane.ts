import type { Ack, CommandEffect, ErrorCode, Refusal } from '@rideline/contract';
import { retryAdvice } from '../connection/connection-state.ts';
import { localRefusal } from '../errors/rideline-error.ts';
import type { SdkClock } from '../time/clock.ts';
import { Timer } from '../time/timer.ts';
import type { CommandOutcome, StoredCommand } from './command-queue.ts';

/** A command that has not ended. */
export interface WaitingCommand {
  readonly command: StoredCommand;
  /** Monotonic ms after which it is not sent any more; null for never. */
  readonly expiresMs: number | null;
  readonly resolve: (outcome: CommandOutcome<object>) => void;
  /** A try was not answered, or is on its way: the command may have taken effect. */
  isUnconfirmed: boolean;
  /** Settles when it may be sent: it is stored, or cannot be. */
  stored: Promise<unknown>;
}

export interface CommandLaneOptions {
  readonly clock: SdkClock;
  /** Sends once; resolves with a local refusal (TIMEOUT, UNAVAILABLE) when there was no answer. */
  readonly send: (event: string, body: unknown, timeoutMs: number) => Promise<Ack<object>>;
  readonly isConnected: () => boolean;
  readonly onEnd: (ended: WaitingCommand, outcome: CommandOutcome<object>) => void;
  readonly onUnconfirmed: (command: StoredCommand) => void;
}

const ANSWER_MS = 10_000;
const UNKNOWN_EFFECT: ReadonlySet<string> = new Set<ErrorCode>(['UNAVAILABLE', 'TIMEOUT', 'INTERNAL']);
const BACKOFF_MS = 500;
const BACKOFF_MAX_MS = 10_000;

/** Sends commands one at a time, in order, each until the server has answered finally. */
export class CommandLane {
  readonly waiting: WaitingCommand[] = [];
  readonly #options: CommandLaneOptions;
  readonly #timer: Timer;
  #failures = 0;
  #working = false;
  /** Nothing is sent yet. */
  #isHeld: boolean;

  constructor(options: CommandLaneOptions, isHeld: boolean) {
    this.#options = options;
    this.#timer = new Timer(options.clock);
    this.#isHeld = isHeld;
  }

  add(waiting: WaitingCommand): void {
    this.waiting.push(waiting);
    void this.#work();
  }

  /** Commands that were given before all of these. */
  addFirst(earlier: readonly WaitingCommand[]): void {
    this.waiting.unshift(...earlier);
    void this.#work();
  }

  release(): void {
    this.#isHeld = false;
    void this.#work();
  }

  /** Sends without further waiting. */
  wake(): void {
    this.#timer.clear();
    this.#failures = 0;
    void this.#work();
  }

  /** Ends these commands here: their outcome is not known if one was sent. */
  abandon(which: (waiting: WaitingCommand) => boolean): void {
    const abandoned = this.waiting.filter(which);
    if (abandoned.length === this.waiting.length) this.#timer.clear();
    for (const waiting of abandoned) {
      this.waiting.splice(this.waiting.indexOf(waiting), 1);
      waiting.resolve(localRefusal('UNAVAILABLE', waiting.isUnconfirmed ? 'unknown' : 'none'));
    }
  }

  async #work(): Promise<void> {
    if (this.#working || this.#isHeld || this.#timer.running) return;
    this.#working = true;
    try {
      while (this.waiting[0] && (await this.#try(this.waiting[0])));
    } finally {
      this.#working = false;
    }
  }

  /** @returns whether the next command may be sent */
  async #try(first: WaitingCommand): Promise<boolean> {
    const { clock, send, isConnected } = this.#options;
    const { expiresMs } = first;
    if (expiresMs !== null && clock.monotonicMs() >= expiresMs)
      return this.#end(first, localRefusal('GONE', first.isUnconfirmed ? 'unknown' : 'none'));
    if (!isConnected()) return false;
    await first.stored;
    // Another one goes first now, or the connection was lost meanwhile.
    if (this.waiting[0] !== first || !isConnected()) return this.waiting[0] !== first;
    const wasUnconfirmed = first.isUnconfirmed;
    first.isUnconfirmed = true;
    const { event, body } = first.command;
    const answer = await send(event, body, ANSWER_MS);
    if (answer.ok || isFinal(answer.code)) return this.#end(first, answer);
    if (!this.waiting.includes(first)) return this.waiting.length > 0;
    first.isUnconfirmed = wasUnconfirmed || effectOf(answer) === 'unknown';
    if (first.isUnconfirmed && !wasUnconfirmed) this.#options.onUnconfirmed(first.command);
    this.#failures += 1;
    const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** (this.#failures - 1));
    this.#timer.set((answer.retryAfterMs ?? 0) + clock.random() * ceiling, () => void this.#work());
    return false;
  }

  #end(ended: WaitingCommand, outcome: CommandOutcome<object>): boolean {
    this.#failures = 0;
    const at = this.waiting.indexOf(ended);
    // Abandoned meanwhile: its caller has its outcome already.
    if (at < 0) return this.waiting.length > 0;
    this.waiting.splice(at, 1);
    this.#options.onEnd(ended, outcome);
    ended.resolve(outcome);
    return true;
  }
}

/** Whether sending the command again cannot succeed. An expired token is not final: the connection renews it. */
function isFinal(code: string): boolean {
  return retryAdvice(code) === 'never';
}

/** A server from before the field leaves `effect` out, also when it did not learn whether the command was stored. */
function effectOf({ code, effect }: Refusal): CommandEffect {
  return effect ?? (UNKNOWN_EFFECT.has(code) ? 'unknown' : 'none');
}
