import { CodedError } from '@rideline/contract';

const RETRY_MS = 1000;

const unavailable = (ms: number) =>
  new CodedError('UNAVAILABLE', `no answer within ${ms} ms`, { retryAfterMs: RETRY_MS });

/**
 * The outcome of `work`, or an error after `ms`. The work itself continues; its later failure is ignored.
 * @throws what `late` makes; by default CodedError UNAVAILABLE
 */
export function withinMs<T>(work: Promise<T>, ms: number, late = (): Error => unavailable(ms)): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(late()), ms);
  work.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}
