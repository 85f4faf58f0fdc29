import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type SessionId, sessionIdSchema } from '@rideline/contract';

/**
 * A refresh token is `<sessionId>.<secret>`. The secret's first 16 bytes stay the same through the session (its family), the other 32
 * change with each refresh. So a used token is told from one that somebody made up: the first ends the session, the second does nothing,
 * else whoever reads a session id in an access token could sign its owner out. The record keeps SHA-256 digests alone; the secrets are
 * random, so that a slow hash would protect nothing.
 */
const FAMILY_BYTES = 16;
const ROTATING_BYTES = 32;
const SALT_BYTES = 32;

export interface RefreshToken {
  readonly sessionId: SessionId;
  /** Family and rotating part, as bytes. */
  readonly secret: Buffer;
}

/** What the record keeps of a token. */
export interface TokenDigests {
  readonly family: string;
  readonly hash: string;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64url');

export function newRefreshToken(sessionId: SessionId): RefreshToken {
  return { sessionId, secret: randomBytes(FAMILY_BYTES + ROTATING_BYTES) };
}

export function digestsOf({ secret }: RefreshToken): TokenDigests {
  return { family: sha256(secret.subarray(0, FAMILY_BYTES)), hash: sha256(secret) };
}

export const newSalt = () => randomBytes(SALT_BYTES).toString('base64url');

/**
 * The token that follows. It comes from the one before and a salt that only the record knows, so that a lost answer can be given again
 * without keeping a token; the salt is overwritten with the next refresh.
 */
export function nextRefreshToken({ sessionId, secret }: RefreshToken, salt: string): RefreshToken {
  const rotating = createHmac('sha256', Buffer.from(salt, 'base64url')).update(secret).digest();
  return { sessionId, secret: Buffer.concat([secret.subarray(0, FAMILY_BYTES), rotating]) };
}

export function formatRefreshToken({ sessionId, secret }: RefreshToken): string {
  return `${sessionId}.${secret.toString('base64url')}`;
}

/** Null for what no server of ours has ever given out. */
export function parseRefreshToken(text: string): RefreshToken | null {
  const [id, encoded, ...more] = text.split('.');
  const sessionId = sessionIdSchema.safeParse(id);
  if (!sessionId.success || encoded === undefined || more.length > 0) return null;
  const secret = Buffer.from(encoded, 'base64url');
  // Decoding forgives; only the one right spelling is a token.
  const whole = secret.length === FAMILY_BYTES + ROTATING_BYTES && secret.toString('base64url') === encoded;
  return whole ? { sessionId: sessionId.data, secret } : null;
}

/** Compares two digests in constant time. */
export function sameDigest(one: string, other: string | undefined): boolean {
  if (other === undefined || one.length !== other.length) return false;
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
