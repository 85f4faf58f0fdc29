import {
  CodedError,
  LIMITS,
  type RegionId,
  type ShareId,
  type TripId,
  type UserId,
} from '@rideline/contract';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import { isDuplicateKey } from '../store/duplicate-key.ts';
import { type StoredShare, shareCollection } from './share-collection.ts';
import { newShareSecret, shareHash } from './share-secret.ts';

const MAJORITY = { writeConcern: { w: 'majority' } } as const;
const READ_MAJORITY = { readConcern: { level: 'majority' } } as const;
/** A link that no longer works is kept for this long, so that who opens it learns that it has ended. */
const KEPT_MS = 24 * 3_600_000;
/** Attempts when other links of the trip are made at the same time; each loses its place to one of them. */
const ATTEMPTS = LIMITS.sharesPerTrip;

export interface NewShare {
  /** Equal for repeats of one request. */
  readonly shareId: ShareId;
  readonly tripId: TripId;
  readonly userId: UserId;
  readonly label: string | undefined;
  readonly ttlMs: number | undefined;
}

/**
 * Makes a share link. Repeated under its id it gets a new secret: the first one was never answered.
 * @returns the share, and the secret that only the link has
 * @throws CodedError CONFLICT when the trip has LIMITS.sharesPerTrip links that work
 */
export async function createShare(
  db: Database,
  region: RegionId,
  { shareId, tripId, userId, label, ttlMs = LIMITS.shareTtlMs }: NewShare,
  nowMs: number,
): Promise<{ readonly share: StoredShare; readonly secret: string }> {
  const shares = db.collection(shareCollection);
  const secret = newShareSecret();
  const expiresAtMs = nowMs + ttlMs;
  await freePlaces(db, tripId, nowMs);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const place = await freePlace(db, tripId);
    if (place === null) break;
    const share: StoredShare = {
      _id: shareId,
      v: SCHEMA_VERSION,
      region,
      tripId,
      userId,
      hash: shareHash(secret),
      ...(label === undefined ? {} : { label }),
      place,
      createdAt: new Date(nowMs),
      expiresAt: new Date(expiresAtMs),
      expireAt: new Date(expiresAtMs + KEPT_MS),
    };
    try {
      await shares.insertOne(share, MAJORITY);
      return { share, secret };
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    const repeated = await shares.updateOne(
      { _id: shareId, tripId, userId },
      { $set: { hash: share.hash } },
      MAJORITY,
    );
    if (repeated.matchedCount === 1) return { share, secret };
  }
  throw new CodedError('CONFLICT', `A trip has at most ${LIMITS.sharesPerTrip} share links at a time.`);
}

/** Expired links give their places back. */
async function freePlaces(db: Database, tripId: TripId, nowMs: number): Promise<void> {
  const expired = { tripId, place: { $exists: true }, expiresAt: { $lte: new Date(nowMs) } };
  await db.collection(shareCollection).updateMany(expired, { $unset: { place: '' } });
}

async function freePlace(db: Database, tripId: TripId): Promise<number | null> {
  const held = db
    .collection(shareCollection)
    .find({ tripId, place: { $exists: true } }, { projection: { place: 1 }, ...READ_MAJORITY });
  const taken = new Set((await held.toArray()).map(({ place }) => place));
  for (let place = 0; place < LIMITS.sharesPerTrip; place += 1) if (!taken.has(place)) return place;
  return null;
}

/** The links of a trip that work, newest first. */
export async function listShares(
  db: Database,
  region: RegionId,
  tripId: TripId,
  nowMs: number,
): Promise<StoredShare[]> {
  const working = { tripId, region, place: { $exists: true }, expiresAt: { $gt: new Date(nowMs) } };
  return db
    .collection(shareCollection)
    .find(working, READ_MAJORITY)
    .sort({ createdAt: -1, _id: -1 })
    .limit(LIMITS.sharesPerTrip)
    .toArray();
}

/** The share of a secret, whether it works or not; null for an unknown secret. */
export async function shareOfSecret(
  db: Database,
  region: RegionId,
  secret: string,
): Promise<StoredShare | null> {
  return db.collection(shareCollection).findOne({ hash: shareHash(secret), region }, READ_MAJORITY);
}

/** Stores that the link was opened. */
export async function markShareOpened(db: Database, shareId: ShareId, nowMs: number): Promise<void> {
  await db
    .collection(shareCollection)
    .updateOne({ _id: shareId }, { $max: { lastOpenedAt: new Date(nowMs) } });
}

/** Ends a link. @returns whether the trip has such a link; repeating changes nothing */
export async function endShare(
  db: Database,
  region: RegionId,
  { tripId, shareId }: { readonly tripId: TripId; readonly shareId: ShareId },
  nowMs: number,
): Promise<boolean> {
  const shares = db.collection(shareCollection);
  const one = { _id: shareId, tripId, region };
  const ended = await shares.updateOne(
    { ...one, revokedAt: { $exists: false } },
    {
      $set: { revokedAt: new Date(nowMs), expireAt: new Date(nowMs + KEPT_MS) },
      $unset: { place: '' },
    },
    MAJORITY,
  );
  if (ended.matchedCount === 1) return true;
  return (await shares.findOne(one, { projection: { _id: 1 } })) !== null;
}
