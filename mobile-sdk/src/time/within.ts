import { RidelineError } from '../errors/rideline-error.ts';
import type { SdkClock } from './clock.ts';

/** @throws RidelineError TIMEOUT when `work` has not settled after `limitMs`; its later result is ignored */
export function within<T>(clock: SdkClock, limitMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () => reject(new RidelineError('TIMEOUT')));
    work.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
}
