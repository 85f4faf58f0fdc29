import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  /** Tries, the first one among them. */
  readonly tries: number;
  /** The wait before try n lies anywhere between 0 and the smaller of `baseMs` × 2ⁿ and `mostMs` (full jitter: callers spread out). */
  readonly baseMs: number;
  readonly mostMs: number;
  /** Whether trying again can help. Work that may have been done must not be tried again unless doing it twice is doing it once. */
  readonly again: (error: unknown) => boolean;
  readonly random?: () => number;
}

/** @throws the last error */
export async function withRetries<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { tries, baseMs, mostMs, again, random = Math.random } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= tries || !again(error)) throw error;
      await sleep(random() * Math.min(mostMs, baseMs * 2 ** attempt));
    }
  }
}
