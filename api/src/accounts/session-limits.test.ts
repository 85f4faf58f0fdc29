import { randomBytes } from 'node:crypto';
import type { SessionId } from '@rideline/contract';
import { formatRefreshToken, newRefreshToken } from '@rideline/fleet/accounts/refresh-token';
import { sealed } from '@rideline/fleet/accounts/refresh-token-seal';
import type { LimiterStatus, RequestLimiter } from '@rideline/platform/limits/request-limiter';
import type { TokenKeys } from '@rideline/platform/tokens/tokens';
import { expect, it } from 'vitest';
import { createSessionLimits } from './session-limits.ts';

it('AUTH-25: invented tokens use up the budget of their address, issued ones behind it only their own', async () => {
  const counts = new Map<string, number>();
  const limiter: RequestLimiter = {
    async count(limit, key): Promise<LimiterStatus> {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return { limit, allowed: count <= 100, points: 100, windowSeconds: 60, remaining: 0, resetMs: 60_000 };
    },
    giveBack: async () => undefined,
    forget: async () => undefined,
  };
  const keys: TokenKeys = { sealing: [randomBytes(32)], verifying: new Map(), signing: undefined };
  const limits = createSessionLimits(limiter, keys);
  const token = (session: string) => formatRefreshToken(newRefreshToken(session as SessionId));
  let refused = 0;
  for (let made = 0; made < 1000; made += 1) {
    const text = made % 2 ? token(`made-up-${made}`) : `${token(`made-up-${made}`)}.${'A'.repeat(22)}`;
    await limits.count(text, '10.0.0.1').catch(() => {
      refused += 1;
    });
  }
  expect([refused, counts.size]).toEqual([900, 1]);
  await expect(limits.count(sealed(keys, token('session-1')), '10.0.0.1')).resolves.toBeUndefined();
});
