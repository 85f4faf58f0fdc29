import { CodedError } from '@rideline/contract';
import type { LimiterStatus, RequestLimiter } from '@rideline/platform/limits/request-limiter';
import type { LimitName } from '@rideline/platform/limits/request-limits';
import type { Principal } from '@rideline/platform/tokens/tokens';
import type { LimitClass } from '../http/route.ts';
import { addressKey, callerKey } from './limit-keys.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';

type SetHeaders = (headers: Record<string, string>) => void;

/** @throws CodedError SCALE_003 when the budget is exhausted */
export function assertAllowed(status: LimiterStatus): void {
  if (status.allowed) return;
  throw new CodedError('SCALE_003', undefined, { retryAfterMs: status.resetMs });
}

/** Admits requests by the limit class of their route. */
export interface Admission {
  /** Counts a request of an authenticated caller. @throws CodedError SCALE_003 */
  admit(limit: LimitClass, caller: Principal | undefined, address: string, set: SetHeaders): Promise<void>;
  /** Counts a request without a valid token by its address: guessing tokens has a budget too. @throws CodedError SCALE_003 */
  admitRefused(limit: LimitClass, address: string, set: SetHeaders): Promise<void>;
}

const NAMES: Record<Exclude<LimitClass, 'none'>, LimitName> = {
  standard: 'standard',
  critical: 'critical',
  upload: 'upload',
  // Failures: the handler gives successes back. It also counts the limit of the account, since it reads the body.
  'sign-in': 'sign-in-address',
};

export function createAdmission(limiter: RequestLimiter): Admission {
  async function take(limit: LimitName, key: string, set: SetHeaders): Promise<void> {
    const status = await limiter.count(limit, key);
    set(rateLimitHeaders(status));
    assertAllowed(status);
  }
  return {
    async admit(limit, caller, address, set) {
      if (limit === 'none') return;
      const key = limit === 'sign-in' ? addressKey(address) : callerKey(caller, address);
      if (limit === 'sign-in') await take('sign-in-total', key, set);
      await take(NAMES[limit], key, set);
    },
    async admitRefused(limit, address, set) {
      if (limit !== 'none') await take('standard', addressKey(address), set);
    },
  };
}
