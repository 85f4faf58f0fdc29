import type { SdkClock } from '../time/clock.ts';

/** Clocks and timers that a test moves; `sleep` moves the wall clock alone, as on a device that suspends the app. */
export class FakeClock implements SdkClock {
  #nowMs = 1_000_000;
  #aheadMs = 1_700_000_000_000;
  #timers: { atMs: number; fn: () => void }[] = [];

  wallMs(): number {
    return this.#nowMs + this.#aheadMs;
  }
  monotonicMs(): number {
    return this.#nowMs;
  }
  random(): number {
    return 0.5;
  }
  after(delayMs: number, fn: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, fn };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }
  sleep(ms: number): void {
    this.#aheadMs += ms;
  }
  /** Moves both clocks, and lets promises settle around every timer. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settle();
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > endMs) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.fn();
      await settle();
    }
    this.#nowMs = endMs;
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
