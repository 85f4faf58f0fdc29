import { randomUUID } from 'node:crypto';
import type { CommandCounts, CommandLoad, DriverAct } from './generator-messages.ts';

/** The state that a trip has after each command: what its followers must receive. */
export const STATE_AFTER: Readonly<Record<DriverAct, string>> = {
  pause: 'at_stop',
  resume: 'in_progress',
  complete: 'completed',
};

/** Repeated after this long, or after what the server names, as the SDK repeats: a command that was refused for a while is not lost. */
const RETRY_MS = 1000;
const RETRIED = new Set(['BUSY', 'SHED', 'UNAVAILABLE', 'TIMEOUT', 'DRAINING', 'INTERNAL']);
const TICK_MS = 5;
/** After the last command: for repeats, and for the states on their way. */
const ARRIVAL_MS = 30_000;

export interface CommandParts {
  readonly load: CommandLoad;
  /** For each driver of the plan their trip, and how many follow it. */
  readonly trips: readonly { readonly tripId: string; readonly followers: number }[];
  /** Sends a packet of the event `trip:command`; answers arrive at `onAnswer`. */
  readonly send: (driver: number, body: object) => void;
  readonly wallMs: () => number;
  readonly nowMs: () => number;
  readonly after: (delayMs: number, run: () => void) => void;
}

interface Command {
  readonly commandId: string;
  sentMs: number;
  answer: 'none' | 'ok' | 'refused';
}

/**
 * One command for every trip, at a rate, and what its followers receive of it. A follower's state is late from the first send of the command
 * on, so that repeats and queues before the acknowledgement count too.
 */
export class TripCommands {
  readonly #parts: CommandParts;
  readonly #commands: (Command | undefined)[] = [];
  readonly #latenciesMs: number[] = [];
  readonly #done: () => void;
  readonly finished: Promise<void>;
  #answered = 0;
  #acknowledged = 0;
  #refused = 0;
  #repeats = 0;
  #due = 0;
  #delivered = 0;

  constructor(parts: CommandParts) {
    this.#parts = parts;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#done = resolve;
    this.#sendDue(parts.nowMs(), 0);
  }

  get counts(): CommandCounts {
    return {
      commands: this.#parts.trips.length,
      acknowledged: this.#acknowledged,
      refused: this.#refused,
      repeats: this.#repeats,
      due: this.#due,
      delivered: this.#delivered,
      latenciesMs: this.#latenciesMs,
    };
  }

  /** The acknowledgement of a driver's command. */
  onAnswer(
    driver: number,
    answer: { readonly ok: boolean; readonly code?: string; readonly retryAfterMs?: number },
  ): void {
    const command = this.#commands[driver];
    if (command === undefined || command.answer !== 'none') return;
    if (!answer.ok && RETRIED.has(answer.code ?? '')) {
      this.#repeats++;
      this.#parts.after(answer.retryAfterMs ?? RETRY_MS, () => this.#send(driver, command.commandId));
      return;
    }
    command.answer = answer.ok ? 'ok' : 'refused';
    this.#answered++;
    if (answer.ok) {
      this.#acknowledged++;
      this.#due += this.#parts.trips[driver]?.followers ?? 0;
    } else this.#refused++;
    this.#finishWhenThere();
  }

  /** A follower of the driver's trip has received a state for the first time. */
  onState(driver: number, state: string): void {
    const command = this.#commands[driver];
    if (command === undefined || state !== STATE_AFTER[this.#parts.load.act]) return;
    this.#delivered++;
    this.#latenciesMs.push(this.#parts.nowMs() - command.sentMs);
    this.#finishWhenThere();
  }

  #sendDue(startedMs: number, first: number): void {
    const { load, trips, nowMs, after } = this.#parts;
    const due = Math.min(
      trips.length,
      Math.floor(((nowMs() - startedMs) * load.commandsPerSecond) / 1000) + 1,
    );
    for (let driver = first; driver < due; driver++) {
      const commandId = randomUUID();
      this.#commands[driver] = { commandId, sentMs: nowMs(), answer: 'none' };
      this.#send(driver, commandId);
    }
    if (due < trips.length) after(TICK_MS, () => this.#sendDue(startedMs, due));
    else after(ARRIVAL_MS, this.#done);
  }

  #send(driver: number, commandId: string): void {
    const { tripId } = this.#parts.trips[driver] as { tripId: string };
    this.#parts.send(driver, { commandId, tripId, action: this.#parts.load.act, at: this.#parts.wallMs() });
  }

  #finishWhenThere(): void {
    const { trips } = this.#parts;
    if (this.#answered === trips.length && this.#delivered >= this.#due) this.#done();
  }
}
