import { parseRefreshToken } from '@rideline/fleet/accounts/refresh-token';
import { unsealed } from '@rideline/fleet/accounts/refresh-token-seal';
import type { RequestLimiter } from '@rideline/platform/limits/request-limiter';
import type { TokenKeys } from '@rideline/platform/tokens/tokens';
import { assertAllowed } from '../limits/admission.ts';
import { addressKey } from '../limits/limit-keys.ts';

/**
 * A refresh carries no access token, so the route's own limit could count by address only: thousands of phones behind one address of a
 * mobile network would lock each other out. Tokens that this region issued, as their seal proves, are counted by session. All others are
 * counted by address, before MongoDB is read: whoever invents tokens names another session each time.
 */
export interface SessionLimits {
  /** @throws CodedError SCALE_003 */
  count(refreshToken: string, address: string): Promise<void>;
}

export function createSessionLimits(limiter: RequestLimiter, keys: TokenKeys): SessionLimits {
  return {
    async count(refreshToken, address) {
      const { token, genuine } = unsealed(keys, refreshToken);
      const parsed = genuine ? parseRefreshToken(token) : null;
      const key = parsed === null ? addressKey(address) : `s-${parsed.sessionId}`;
      assertAllowed(await limiter.count('standard', key));
    },
  };
}
