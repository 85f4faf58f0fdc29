import { setTimeout as sleep } from 'node:timers/promises';

/** Waits that double up to a limit, each shortened at random, so that processes that failed together do not retry together. */
export interface Backoff {
  /** Waits; rejects with the signal's reason when aborted. */
  wait(signal: AbortSignal): Promise<void>;
  reset(): void;
}

export function createBackoff(options: { firstMs: number; mostMs: number }): Backoff {
  let attempt = 0;
  return {
    async wait(signal) {
      const ceilingMs = Math.min(options.mostMs, options.firstMs * 2 ** Math.min(attempt, 20));
      attempt += 1;
      await sleep(ceilingMs * (0.5 + Math.random() / 2), undefined, { signal });
    },
    reset() {
      attempt = 0;
    },
  };
}
