import { randomUUIDv7 } from 'node:crypto';
import { LIMITS, type RegionId, type Role, type SessionId, type UserId } from '@rideline/contract';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import {
  digestsOf,
  newRefreshToken,
  newSalt,
  nextRefreshToken,
  parseRefreshToken,
  type RefreshToken,
} from './refresh-token.ts';
import { type StoredSession, sessionCollection } from './session-collection.ts';
import { judgeRefresh, type RefreshVerdict, sessionLife } from './session-rules.ts';

export interface SessionStore {
  readonly db: Database;
  readonly region: RegionId;
  readonly wallMs: () => number;
}

export interface OpenedSession {
  readonly session: StoredSession;
  readonly token: RefreshToken;
}

export type Refreshed =
  | ({ readonly verdict: 'rotate' | 'repeat' } & OpenedSession)
  | { readonly verdict: 'reused' | 'over'; readonly session: StoredSession }
  | { readonly verdict: 'unknown' };

/** Attempts of a refresh: of two concurrent refreshes of one token one reads again and finds the result of the other. */
const ATTEMPTS = 5;

/** Why a session ended, as stored. */
export type SessionEnd =
  | 'sign_out'
  | 'sign_out_everywhere'
  | 'reused'
  | 'crowded'
  | 'password'
  | 'revoked'
  | 'suspended';

/** Opens a session. `issuedAtMs`: issue time of its first access token. */
export async function openSession(
  { db, region }: SessionStore,
  owner: { userId: UserId; role: Role },
  issuedAtMs: number,
): Promise<OpenedSession> {
  const sessionId = randomUUIDv7() as SessionId;
  const token = newRefreshToken(sessionId);
  const life = sessionLife(owner.role);
  const session: StoredSession = {
    _id: sessionId,
    v: SCHEMA_VERSION,
    region,
    userId: owner.userId,
    role: owner.role,
    generation: 0,
    ...digestsOf(token),
    createdAt: new Date(issuedAtMs),
    issuedAt: new Date(issuedAtMs),
    expireAt: new Date(issuedAtMs + life.idleMs),
    endsAt: new Date(issuedAtMs + life.mostMs),
  };
  await db.model(sessionCollection).create(session);
  return { session, token };
}

async function findSession({ db, region }: SessionStore, id: SessionId): Promise<StoredSession | null> {
  return await db.collection(sessionCollection).findOne({ _id: id, region });
}

/**
 * Exchanges a refresh token for the next one, once. A second request with the same token gets the same next token (the answer of the first
 * may be lost); a third one ends the session.
 * @param issueAtMs issue time of the next access token of the session; null ends the session
 */
export async function refreshSession(
  store: SessionStore,
  text: string,
  issueAtMs: (session: StoredSession) => Promise<number | null>,
): Promise<Refreshed> {
  const token = parseRefreshToken(text);
  if (token === null) return { verdict: 'unknown' };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const session = await findSession(store, token.sessionId);
    if (session === null) return { verdict: 'unknown' };
    const verdict = judgeRefresh(session, digestsOf(token), store.wallMs());
    if (verdict === 'unknown') return { verdict };
    if (verdict === 'reused' || verdict === 'over') return { verdict, session };
    const atMs = await issueAtMs(session);
    if (atMs === null) return { verdict: 'over', session };
    const refreshed = await tryRefresh(store, session, token, verdict, atMs);
    if (refreshed !== null) return { verdict, ...refreshed };
  }
  throw new Error('the session changed during every attempt to refresh it');
}

/** One conditional write; null when the session has changed since it was read. */
async function tryRefresh(
  { db }: SessionStore,
  session: StoredSession,
  token: RefreshToken,
  verdict: Extract<RefreshVerdict, 'rotate' | 'repeat'>,
  issuedAtMs: number,
): Promise<OpenedSession | null> {
  const salt = verdict === 'rotate' ? newSalt() : (session.salt ?? '');
  const next = nextRefreshToken(token, salt);
  const expireAtMs = Math.min(issuedAtMs + sessionLife(session.role).idleMs, session.endsAt.getTime());
  // A repeat does not change issuedAt, which begins the ten seconds in which a repeat is allowed.
  const change: Partial<StoredSession> =
    verdict === 'repeat'
      ? { repeated: true }
      : {
          ...digestsOf(next),
          previousHash: session.hash,
          salt,
          repeated: false,
          generation: session.generation + 1,
          issuedAt: new Date(issuedAtMs),
          expireAt: new Date(expireAtMs),
        };
  const same = {
    _id: session._id,
    hash: session.hash,
    revokedAt: { $exists: false },
    ...(verdict === 'repeat' ? { repeated: { $ne: true } } : {}),
  };
  const { matchedCount } = await db.collection(sessionCollection).updateOne(same, { $set: change });
  return matchedCount === 0 ? null : { session: { ...session, ...change }, token: next };
}

/** Ends one session; false when it had already ended. */
export async function endSession(
  { db, region, wallMs }: SessionStore,
  id: SessionId,
  why: SessionEnd,
): Promise<boolean> {
  const { matchedCount } = await db
    .collection(sessionCollection)
    .updateOne(
      { _id: id, region, revokedAt: { $exists: false } },
      { $set: { revokedAt: new Date(wallMs()), revokedFor: why } },
    );
  return matchedCount === 1;
}

/**
 * Ends all sessions of a user.
 * @returns the time after the newest token issued in any of them; it may be ahead of this node's clock
 */
export async function endAllSessions(
  { db, region, wallMs }: SessionStore,
  userId: UserId,
  why: SessionEnd,
): Promise<number> {
  const nowMs = wallMs();
  await db
    .collection(sessionCollection)
    .updateMany(
      { region, userId, revokedAt: { $exists: false } },
      { $set: { revokedAt: new Date(nowMs), revokedFor: why } },
    );
  // Read after the write: no refresh can succeed after it.
  const issued = await db
    .collection(sessionCollection)
    .find({ region, userId }, { projection: { issuedAt: 1 } })
    .sort({ createdAt: -1 })
    .limit(LIMITS.sessionsPerUser + 1)
    .toArray();
  return Math.max(nowMs, ...issued.map(({ issuedAt }) => (issuedAt as Date).getTime() + 1));
}

/** Sessions of a user beyond the limit: all but the newest. */
export async function sessionsOverLimit(
  { db, region }: SessionStore,
  userId: UserId,
): Promise<StoredSession[]> {
  const found = await db
    .collection(sessionCollection)
    .find({ region, userId, revokedAt: { $exists: false } })
    .sort({ createdAt: -1 })
    .limit(2 * LIMITS.sessionsPerUser)
    .toArray();
  return found.slice(LIMITS.sessionsPerUser);
}
