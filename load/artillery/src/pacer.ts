import type { DueTimes } from './curve.ts';

export interface PacerOptions {
  readonly due: DueTimes;
  /** When the load begins, on the running clock. */
  readonly startMs: number;
  readonly nowMs: () => number;
  /** Begins one operation that was due at this instant. It must not wait: the schedule goes on whatever becomes of the operation. */
  readonly begin: (dueMs: number) => void;
}

/** Operations due within one turn are begun together: a timer for each would cost more than the operation. */
const TURN_MS = 2;
/** Begun without giving the event loop a turn, after a pause of the generator. */
const MOST_AT_ONCE = 500;

/** Begins operations at the instants at which they are due. Late ones are begun at once, with the instant at which they were due. */
export class Pacer {
  readonly #options: PacerOptions;
  #next = 0;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  constructor(options: PacerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#turn();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#next = Number.POSITIVE_INFINITY;
  }

  #turn(): void {
    const { due, startMs, nowMs, begin } = this.#options;
    for (let begun = 0; ; begun++) {
      const atMs = due.at(this.#next);
      if (atMs === null) return;
      const dueMs = startMs + atMs;
      const waitMs = dueMs - nowMs();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#turn(), Math.max(TURN_MS, waitMs));
        return;
      }
      if (begun >= MOST_AT_ONCE) {
        this.#immediate = setImmediate(() => this.#turn());
        return;
      }
      this.#next++;
      begin(dueMs);
    }
  }
}
