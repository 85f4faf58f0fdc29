import { ExponentialBackoff, handleWhen, noJitterGenerator, retry } from 'cockatiel';

export interface RetryOptions {
  /** Attempts, the first one included. */
  readonly tries: number;
  /** The wait before retry n is random between 0 and the smaller of `baseMs` × 2ⁿ and `mostMs` (full jitter: callers spread out). */
  readonly baseMs: number;
  readonly mostMs: number;
  /** Whether a retry can help. Work that may have been done must not be retried unless doing it twice has the effect of doing it once. */
  readonly again: (error: unknown) => boolean;
  readonly random?: () => number;
}

/** @throws the last error */
export function withRetries<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { tries, baseMs, mostMs, again, random = Math.random } = options;
  const backoff = new ExponentialBackoff<number>({
    initialDelay: 2 * baseMs,
    maxDelay: mostMs,
    generator(attempt, bounds) {
      const [boundMs, next] = noJitterGenerator(attempt, bounds);
      return [random() * boundMs, next];
    },
  });
  return retry(handleWhen(again), { maxAttempts: tries - 1, backoff }).execute(work);
}
