import type { RequestLimiter } from '@rideline/platform/limits/request-limiter';
import { assertAllowed } from '../limits/admission.ts';
import { accountKey } from '../limits/limit-keys.ts';

/** Attempts at one account's password, from wherever. Those of one address are counted by the route's limit `sign-in`. */
export interface SignInLimits {
  /** Counts an attempt, before the password is looked at: parallel guesses are counted too. @throws CodedError SCALE_003 */
  count(account: string): Promise<void>;
  /** A right password clears its account. The address's count stays: it may have guessed others. */
  forgive(account: string): Promise<void>;
}

export function createSignInLimits(limiter: RequestLimiter): SignInLimits {
  return {
    async count(account) {
      assertAllowed(await limiter.count('sign-in-account', accountKey(account)));
    },
    forgive: (account) => limiter.forget('sign-in-account', accountKey(account)),
  };
}
