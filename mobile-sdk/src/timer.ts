import type { SdkClock } from './clock.ts';

/** One timer that is set anew or cleared: the SDK never has two of a kind running. */
export class Timer {
  private readonly clock: SdkClock;
  private cancel: (() => void) | undefined;

  constructor(clock: SdkClock) {
    this.clock = clock;
  }

  set(delayMs: number, fn: () => void): void {
    this.cancel?.();
    this.cancel = this.clock.after(delayMs, () => {
      this.cancel = undefined;
      fn();
    });
  }

  get running(): boolean {
    return this.cancel !== undefined;
  }

  clear(): void {
    this.cancel?.();
    this.cancel = undefined;
  }
}
