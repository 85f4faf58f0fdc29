import type { Role } from '@rideline/contract';
import { sameDigest, type TokenDigests } from './refresh-token.ts';
import type { StoredSession } from './session-collection.ts';

/** Life of an access token: the longest that a revocation may take while neither Redis nor MongoDB is reachable. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;
/** Clock skew that a verifier tolerates (platform/tokens), and as much again for the clocks of two nodes. */
const CLOCK_SKEW_SECONDS = 2 * 60;
/** `./rideline token` creates tokens for 12 h. */
const DEVELOPMENT_TOKEN_SECONDS = 12 * 3600;

/** How long a revocation is kept: until no token that it revokes can be valid. */
export function revocationKeptMs(production: boolean): number {
  const token = production ? ACCESS_TOKEN_SECONDS : DEVELOPMENT_TOKEN_SECONDS;
  return (token + CLOCK_SKEW_SECONDS) * 1000;
}

/** A used token may be repeated once within this time: its answer may have been lost (docs/decisions/0101). */
export const REPEAT_MS = 10_000;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface SessionLife {
  /** Longest life without a refresh. */
  readonly idleMs: number;
  /** Longest life with refreshes. */
  readonly mostMs: number;
}

/** A phone has one owner for months; a staff computer changes users with every shift. */
const PHONE: SessionLife = { idleMs: 30 * DAY_MS, mostMs: 180 * DAY_MS };
const STAFF: SessionLife = { idleMs: 12 * HOUR_MS, mostMs: 7 * DAY_MS };

export function sessionLife(role: Role): SessionLife {
  return role === 'operator' || role === 'admin' ? STAFF : PHONE;
}

/**
 * How to handle a refresh token: `rotate` issues the next one, `repeat` repeats the last answer, `reused` ends the session (two parties hold
 * the token and one may have stolen it), the others refuse.
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

/** Whether a session or token was issued before `notBefore`. */
export function isBefore(issuedAtMs: number, notBefore: Date | undefined): boolean {
  return notBefore !== undefined && issuedAtMs < notBefore.getTime();
}

/** An issue time after the revocation, even if the clock of the node that revoked is ahead. */
export function issueTimeMs(nowMs: number, notBefore: Date | undefined): number {
  return Math.max(nowMs, (notBefore?.getTime() ?? 0) + 1);
}
