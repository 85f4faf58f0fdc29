import type { Role } from '@rideline/contract';
import { sameDigest, type TokenDigests } from './refresh-token.ts';
import type { StoredSession } from './session-collection.ts';

/** Life of an access token: the longest that a revocation may take where neither Redis nor Mongo can be asked. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;
/** Clock difference that a verifier forgives (platform/tokens.ts), and as much again for the clocks of two nodes. */
const CLOCKS_SECONDS = 2 * 60;
/** `./rideline token` makes tokens for 12 h. */
const DEVELOPMENT_TOKEN_SECONDS = 12 * 3600;

/** How long a revocation matters: until no token that it is about can be valid. */
export function revocationKeptMs(production: boolean): number {
  const token = production ? ACCESS_TOKEN_SECONDS : DEVELOPMENT_TOKEN_SECONDS;
  return (token + CLOCKS_SECONDS) * 1000;
}

/** A token that was used before is forgiven for so long, once: the answer may have been lost on the way (decision 0101). */
export const REPEAT_MS = 10_000;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface SessionLife {
  /** Without a refresh. */
  readonly idleMs: number;
  /** With refreshes. */
  readonly mostMs: number;
}

/** A phone is its owner's for months; a service changes hands with the shift. */
const PHONE: SessionLife = { idleMs: 30 * DAY_MS, mostMs: 180 * DAY_MS };
const DESK: SessionLife = { idleMs: 12 * HOUR_MS, mostMs: 7 * DAY_MS };

export function sessionLife(role: Role): SessionLife {
  return role === 'operator' || role === 'admin' ? DESK : PHONE;
}

/**
 * What to do with a refresh token: `rotate` gives the next one, `repeat` gives the last answer again, `reused` ends the session (it has
 * two owners, and nobody knows which is the thief), the others refuse.
 */
export type RefreshVerdict = 'rotate' | 'repeat' | 'reused' | 'over' | 'unknown';

export function judgeRefresh(
  session: Pick<
    StoredSession,
    'family' | 'hash' | 'previousHash' | 'repeated' | 'revokedAt' | 'issuedAt' | 'expireAt' | 'endsAt'
  >,
  token: TokenDigests,
  nowMs: number,
): RefreshVerdict {
  if (!sameDigest(token.family, session.family)) return 'unknown';
  if (session.revokedAt !== undefined) return 'over';
  if (nowMs >= Math.min(session.expireAt.getTime(), session.endsAt.getTime())) return 'over';
  if (sameDigest(token.hash, session.hash)) return 'rotate';
  const fresh = nowMs - session.issuedAt.getTime() <= REPEAT_MS;
  const isBefore = sameDigest(token.hash, session.previousHash);
  return isBefore && fresh && session.repeated !== true ? 'repeat' : 'reused';
}

/** Whether an account's sessions and tokens from before `notBefore` are meant. */
export function isBefore(issuedAtMs: number, notBefore: Date | undefined): boolean {
  return notBefore !== undefined && issuedAtMs < notBefore.getTime();
}

/** A moment that counts as after a revocation, also when the clock of the node that revoked is ahead of ours. */
export function issueTimeMs(nowMs: number, notBefore: Date | undefined): number {
  return Math.max(nowMs, (notBefore?.getTime() ?? 0) + 1);
}
