import type { SdkClock } from './clock.ts';

/** One timer that can be set again or cleared; setting it cancels the previous one. */
export class Timer {
  readonly #clock: SdkClock;
  #cancel: (() => void) | undefined;

  constructor(clock: SdkClock) {
    this.#clock = clock;
  }

  set(delayMs: number, fn: () => void): void {
    this.#cancel?.();
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#cancel = undefined;
      fn();
    });
  }

  get running(): boolean {
    return this.#cancel !== undefined;
  }

  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
