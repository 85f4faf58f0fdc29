import {
  CodedError,
  type RegionId,
  type SessionId,
  SHARED_TRIP_ID,
  type ShareId,
  type ShareSession,
  type TripId,
  toIsoTime,
  type UserId,
} from '@rideline/contract';
import { issueToken, type TokenKeys } from '@rideline/platform/tokens/tokens';
import type { Revocation } from '../accounts/revocation-store.ts';
import { type RevocationStore, writeRevocation } from '../accounts/revocation-store.ts';
import { ACCESS_TOKEN_SECONDS } from '../accounts/session-rules.ts';
import { endShare, markShareOpened, shareOfSecret } from './share-store.ts';
import { hasTripRight } from './trip-rights.ts';
import type { TripStore } from './trip-store.ts';

export interface ShareService extends RevocationStore {
  readonly keys: TokenKeys;
  readonly tripStore: TripStore;
  readonly region: RegionId;
  /** For this process's own list; other processes read the stream. */
  readonly onRevocation: (revocation: Revocation) => void;
  /** The stream write failed: nodes read the revocation from MongoDB a little later. */
  readonly onStreamLost: () => void;
}

/** The user id in the tokens of a share: its sockets are counted and closed by it. */
const shareUserId = (shareId: ShareId) => `share-${shareId}` as UserId;

/** Sessions are revoked by id, and a share is one session. */
const shareSessionId = (shareId: ShareId) => String(shareId) as SessionId;

/**
 * Clocks of two nodes differ, and a token may be issued from what was read before the revocation. No token of a revoked share is ever good
 * again, so its revocation may begin in the future.
 */
const REVOKED_AHEAD_MS = 120_000;

/**
 * Exchanges the secret of a link for a token that follows its trip.
 * @throws CodedError NOT_FOUND for an unknown secret and for a revoked link, which hides whether a link existed; GONE when the link has expired
 * or its trip has ended
 */
export async function openShareSession(service: ShareService, secret: string): Promise<ShareSession> {
  const { db, region, keys, tripStore, wallMs } = service;
  // Before the read: a revocation that is written meanwhile also revokes this token.
  const issuedAtMs = wallMs();
  const share = await shareOfSecret(db, region, secret);
  if (share === null || share.revokedAt !== undefined) throw new CodedError('NOT_FOUND');
  const { _id, tripId } = share;
  const leftMs = share.expiresAt.getTime() - issuedAtMs;
  if (leftMs < 1000) throw new CodedError('GONE', 'This link has ended.');
  const trip = await tripStore.trips.find(tripId);
  if (trip === null || !hasTripRight('share', trip.state.name, 'follow'))
    throw new CodedError('GONE', 'The trip has ended.');
  const ttlSeconds = Math.min(ACCESS_TOKEN_SECONDS, Math.floor(leftMs / 1000));
  const issued = await issueToken(keys, {
    subject: shareUserId(_id),
    role: 'share',
    region,
    ttlSeconds,
    sessionId: shareSessionId(_id),
    tripId,
    issuedAtMs,
  });
  await markShareOpened(db, _id, issuedAtMs);
  return {
    token: issued.token,
    expiresAt: toIsoTime(issued.expiresAtMs),
    expiresIn: ttlSeconds,
    tripId: SHARED_TRIP_ID,
    shareExpiresAt: toIsoTime(share.expiresAt),
  };
}

/** Ends a link, its tokens and its open sockets on every node. @throws CodedError NOT_FOUND */
export async function revokeShare(
  service: ShareService,
  link: { readonly tripId: TripId; readonly shareId: ShareId },
): Promise<void> {
  const atMs = service.wallMs();
  if (!(await endShare(service.db, service.region, link, atMs))) throw new CodedError('NOT_FOUND');
  // Also for a repeat: the first attempt may have stored the end without reaching the stream.
  const revocation: Revocation = {
    kind: 'session',
    subject: shareSessionId(link.shareId),
    userId: shareUserId(link.shareId),
    notBeforeMs: atMs + REVOKED_AHEAD_MS,
    atMs,
  };
  service.onRevocation(revocation);
  if (!(await writeRevocation(service, revocation))) service.onStreamLost();
}
