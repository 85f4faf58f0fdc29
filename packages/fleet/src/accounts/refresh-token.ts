import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type SessionId, sessionIdSchema } from '@rideline/contract';

/**
 * A refresh token is `<sessionId>.<secret>`. The secret's first 16 bytes stay the same through the session (its family), the other 32
 * change with each refresh. This distinguishes a used token from an invented one: a used token ends the session, an invented one does
 * nothing. Otherwise anyone who reads a session id in an access token could sign its owner out. MongoDB stores only SHA-256 digests; the
 * secrets are random, so a slow hash would add no protection.
 */
const FAMILY_BYTES = 16;
const ROTATING_BYTES = 32;
const SALT_BYTES = 32;

export interface RefreshToken {
  readonly sessionId: SessionId;
  /** Family and rotating part, as bytes. */
  readonly secret: Buffer;
}

/** The stored digests of a token. */
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
 * The next token. It is derived from the current one and a salt stored only in MongoDB, so that a lost answer can be repeated without
 * storing a token; the next refresh overwrites the salt.
 */
export function nextRefreshToken({ sessionId, secret }: RefreshToken, salt: string): RefreshToken {
  const rotating = createHmac('sha256', Buffer.from(salt, 'base64url')).update(secret).digest();
  return { sessionId, secret: Buffer.concat([secret.subarray(0, FAMILY_BYTES), rotating]) };
}

export function formatRefreshToken({ sessionId, secret }: RefreshToken): string {
  return `${sessionId}.${secret.toString('base64url')}`;
}

/** Null when the text cannot be a refresh token. */
export function parseRefreshToken(text: string): RefreshToken | null {
  const [id, encoded, ...more] = text.split('.');
  const sessionId = sessionIdSchema.safeParse(id);
  if (!sessionId.success || encoded === undefined || more.length > 0) return null;
  const secret = Buffer.from(encoded, 'base64url');
  // Base64url decoding is lenient; only the canonical encoding is accepted.
  const whole = secret.length === FAMILY_BYTES + ROTATING_BYTES && secret.toString('base64url') === encoded;
  return whole ? { sessionId: sessionId.data, secret } : null;
}

/** Compares two digests in constant time. */
export function sameDigest(one: string, other: string | undefined): boolean {
  if (other === undefined || one.length !== other.length) return false;
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
