import type { SdkClock } from '../src/time/clock.ts';

/** A clock for tests. Time passes when the test says so; in `sleep` the monotonic clock and all timers stand still, as on iOS. */
export class TestClock implements SdkClock {
  /** What `random` returns. */
  randomValue = 0.5;
  #wallMs: number;
  #monotonicMs = 0;
  #timers: { readonly atMs: number; readonly fn: () => void }[] = [];

  constructor(wallMs = 1_700_000_000_000) {
    this.#wallMs = wallMs;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  random(): number {
    return this.randomValue;
  }

  after(delayMs: number, fn: () => void): () => void {
    const timer = { atMs: this.#monotonicMs + Math.max(0, delayMs), fn };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  get timers(): number {
    return this.#timers.length;
  }

  /** Lets time pass, and runs what is due in order; promises settle in between. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#monotonicMs + ms;
    await settle();
    for (;;) {
      const [next] = this.#timers.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#advance(next.atMs - this.#monotonicMs);
      next.fn();
      await settle();
    }
    this.#advance(endMs - this.#monotonicMs);
  }

  sleep(ms: number): void {
    this.#wallMs += ms;
  }

  /** The person or the network sets the phone's clock. */
  setWall(ms: number): void {
    this.#wallMs = ms;
  }

  #advance(ms: number): void {
    if (ms <= 0) return;
    this.#monotonicMs += ms;
    this.#wallMs += ms;
  }
}

/** Lets everything settle that waits for nothing but promises. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
