import { CodedError } from '@rideline/contract';
import { TaskCancelledError, TimeoutStrategy, timeout } from 'cockatiel';

const RETRY_MS = 1000;

const unavailable = (ms: number) =>
  new CodedError('UNAVAILABLE', `no answer within ${ms} ms`, { retryAfterMs: RETRY_MS });

/**
 * The outcome of `work`, or an error after `ms`. The work itself continues; its later failure is ignored.
 * @throws what `late` makes; by default CodedError UNAVAILABLE
 */
export async function withinMs<T>(
  work: Promise<T>,
  ms: number,
  late = (): Error => unavailable(ms),
): Promise<T> {
  try {
    return await timeout(ms, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false }).execute(
      () => work,
    );
  } catch (error) {
    throw error instanceof TaskCancelledError ? late() : error;
  }
}
