import type { TraceClock } from './trace-clock.ts';

/** Something that happens at an instant of the trace. */
export interface Due {
  at: number;
  run: () => void;
}

/** Longest sleep: bounds how late a change of the wall clock is noticed. */
const LONGEST_MS = 1000;

/** Runs items when they are due: one timer for the whole city, open loop (never waits for an answer). */
export class Schedule {
  readonly #items: readonly Due[];
  readonly #clock: TraceClock;
  readonly #onEnd: () => void;
  #next = 0;
  #timer: NodeJS.Timeout | undefined;
  /** How late items were run at most, wall ms: what the generator itself adds to every age. */
  lateMaxMs = 0;

  /** `items` in order of time. `onEnd` is called once, after the last one. */
  constructor(items: readonly Due[], clock: TraceClock, onEnd: () => void) {
    this.#items = items;
    this.#clock = clock;
    this.#onEnd = onEnd;
  }

  start(): void {
    this.#timer = setTimeout(() => this.#runDue(), 0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get left(): number {
    return this.#items.length - this.#next;
  }

  #runDue(): void {
    const now = this.#clock.domainMs();
    for (
      let item = this.#items[this.#next];
      item !== undefined && item.at <= now;
      item = this.#items[this.#next]
    ) {
      this.#next++;
      this.lateMaxMs = Math.max(this.lateMaxMs, (now - item.at) / this.#clock.rate);
      item.run();
    }
    const item = this.#items[this.#next];
    if (item === undefined) {
      this.#timer = undefined;
      this.#onEnd();
      return;
    }
    const waitMs = Math.min(LONGEST_MS, Math.ceil(this.#clock.wallMs(item.at) - Date.now()));
    this.#timer = setTimeout(() => this.#runDue(), Math.max(1, waitMs));
  }
}
