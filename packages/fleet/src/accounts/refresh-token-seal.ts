import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TokenKeys } from '@rideline/platform/tokens/tokens';

/**
 * A refresh token leaves the server as `<token>.<seal>`. The seal proves, without a read of MongoDB, that a server of this region issued the
 * token: invented tokens, each naming another session, can then be counted by their address before they cost a read, while the phones behind
 * the same address are not. It proves nothing else: MongoDB decides whether the token is valid.
 */
const SEAL_BYTES = 16;
const SEAL = /^[A-Za-z0-9_-]{22}$/;

function sealOf(key: Buffer, token: string): Buffer {
  return createHmac('sha256', key).update(token).digest().subarray(0, SEAL_BYTES);
}

/** Without a private key a process issues no tokens, and needs no seal. */
export function sealed({ sealing }: TokenKeys, token: string): string {
  const [key] = sealing;
  return key === undefined ? token : `${token}.${sealOf(key, token).toString('base64url')}`;
}

export interface Unsealed {
  readonly token: string;
  /** The seal is one of ours. False for tokens of versions without seals, and for those of a key that was rotated away: they stay valid. */
  readonly genuine: boolean;
}

export function unsealed({ sealing }: TokenKeys, text: string): Unsealed {
  const end = text.lastIndexOf('.');
  const [token, seal] = [text.slice(0, end), text.slice(end + 1)];
  // A token without a seal has one dot.
  if (!token.includes('.') || !SEAL.test(seal)) return { token: text, genuine: false };
  const given = Buffer.from(seal, 'base64url');
  return { token, genuine: sealing.some((key) => timingSafeEqual(sealOf(key, token), given)) };
}
