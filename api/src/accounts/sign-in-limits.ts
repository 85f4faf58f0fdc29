import type { RequestLimiter } from '@rideline/platform/limits/request-limiter';
import { assertAllowed } from '../limits/admission.ts';
import { accountKey } from '../limits/limit-keys.ts';

/** Password attempts at one account, from all addresses. The route's limit `sign-in` counts the attempts of one address. */
export interface SignInLimits {
  /** Counts an attempt before the password is checked, so that parallel guesses count too. @throws CodedError SCALE_003 */
  count(account: string): Promise<void>;
  /** A correct password clears the count of its account. The count of the address stays: it may have guessed at other accounts. */
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
