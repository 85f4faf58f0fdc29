import type { RequestLimiter } from '@rideline/platform/limits/request-limiter';
import { assertAllowed } from '../limits/admission.ts';
import { accountKey, addressKey, networkKey } from '../limits/limit-keys.ts';

export interface SignInAttempt {
  /** The login, in its one form. */
  readonly account: string;
  readonly address: string;
  /** Whether the account has signed in from this network before; asked only when strangers have used up the account's attempts. */
  readonly isKnown: (network: string) => Promise<boolean>;
}

/** Wrong passwords at one account. The route's limits count the failures and all attempts of one address. */
export interface SignInLimits {
  /**
   * Counts an attempt before the password is checked, so that parallel guesses count too. Strangers who have used up the attempts of an
   * account lock nobody out who is on a network that the account knows: each of those has attempts of its own.
   * @throws CodedError SCALE_003
   */
  count(attempt: SignInAttempt): Promise<void>;
  /** A correct password clears the counts of its account, and does not count as a failure of its address. */
  succeeded(attempt: Pick<SignInAttempt, 'account' | 'address'>): Promise<void>;
}

export function createSignInLimits(limiter: RequestLimiter): SignInLimits {
  const ownKey = (account: string, address: string) =>
    accountKey(`${account} ${networkKey(account, address)}`);
  return {
    async count({ account, address, isKnown }) {
      const shared = await limiter.count('sign-in-account', accountKey(account));
      if (shared.allowed) return;
      if (!(await isKnown(networkKey(account, address)))) assertAllowed(shared);
      assertAllowed(await limiter.count('sign-in-account', ownKey(account, address)));
    },
    async succeeded({ account, address }) {
      await Promise.all([
        limiter.giveBack('sign-in-address', addressKey(address)),
        limiter.forget('sign-in-account', accountKey(account)),
        limiter.forget('sign-in-account', ownKey(account, address)),
      ]);
    },
  };
}
