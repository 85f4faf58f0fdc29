import { randomBytes } from 'node:crypto';
import type { SessionId } from '@rideline/contract';
import type { TokenKeys } from '@rideline/platform/tokens/tokens';
import { expect, it } from 'vitest';
import { formatRefreshToken, newRefreshToken, parseRefreshToken } from './refresh-token.ts';
import { sealed, unsealed } from './refresh-token-seal.ts';

const keysOf = (...sealing: Buffer[]) =>
  ({ sealing, verifying: new Map(), signing: undefined }) satisfies TokenKeys;
const [older, newer] = [randomBytes(32), randomBytes(32)];
const token = formatRefreshToken(newRefreshToken('session-1' as SessionId));

it('AUTH-25: a seal tells issued tokens from invented ones, also during a rotation of keys', () => {
  const text = sealed(keysOf(older), token);
  expect(parseRefreshToken(text)).toBeNull();
  for (const keys of [keysOf(older), keysOf(newer, older)])
    expect(unsealed(keys, text)).toEqual({ token, genuine: true });
  // The key is gone: the token stays valid, its seal says nothing.
  expect(unsealed(keysOf(newer), text)).toEqual({ token, genuine: false });
  const seal = text.slice(text.lastIndexOf('.'));
  const other = formatRefreshToken(newRefreshToken('session-2' as SessionId));
  expect(unsealed(keysOf(older), other + seal)).toEqual({ token: other, genuine: false });
});

it('AUTH-25: tokens without a seal and text that is no token pass as they are', () => {
  expect(sealed(keysOf(), token)).toBe(token);
  for (const text of [token, '', '.', 'nonsense', `${token}.x`, `${token}=`])
    expect(unsealed(keysOf(older), text)).toEqual({ token: text, genuine: false });
});
