import { parseRefreshToken } from '@rideline/fleet/accounts/refresh-token';
import type { RequestLimiter } from '@rideline/platform/limits/request-limiter';
import { assertAllowed } from '../limits/admission.ts';
import { addressKey } from '../limits/limit-keys.ts';

/**
 * A refresh carries no access token, so the route's own limit could count by address only: thousands of phones behind one address of a
 * mobile network would lock each other out. Counted by session instead; each address has a budget for refresh tokens that match no session.
 */
export interface SessionLimits {
  /** @throws CodedError SCALE_003 */
  count(refreshToken: string, address: string): Promise<void>;
  /** The token was unknown. @throws CodedError SCALE_003 */
  countUnknown(address: string): Promise<void>;
}

export function createSessionLimits(limiter: RequestLimiter): SessionLimits {
  const byAddress = async (address: string) =>
    assertAllowed(await limiter.count('standard', addressKey(address)));
  return {
    async count(refreshToken, address) {
      const token = parseRefreshToken(refreshToken);
      if (token === null) await byAddress(address);
      else assertAllowed(await limiter.count('standard', `s-${token.sessionId}`));
    },
    countUnknown: byAddress,
  };
}
