import type { UserId } from '@rideline/contract';
import { driverCollection } from '../accounts/driver-collection.ts';
import { writeRevocation } from '../accounts/revocation-store.ts';
import { sessionCollection } from '../accounts/session-collection.ts';
import { userCollection } from '../accounts/user-collection.ts';
import { vehicleCollection } from '../accounts/vehicle-collection.ts';
import { documentCollection } from '../documents/document-collection.ts';
import { CLEAN_PREFIX, QUARANTINE_PREFIX } from '../documents/document-keys.ts';
import { healthCollection } from '../health/health-collection.ts';
import { healthDaysOf } from '../health/health-store.ts';
import { deviceCollection } from '../notifications/device-collection.ts';
import { notificationCollection } from '../notifications/notification-collection.ts';
import { preferencesCollection } from '../settings/preferences-collection.ts';
import { trackCollection } from '../tracks/track-collection.ts';
import { shareCollection } from '../trips/share-collection.ts';
import { erasureCollection, type StoredErasure } from './erasure-collection.ts';
import { ErasureBlocked, type ErasureParts } from './erasure-parts.ts';

const TRACKS_AT_ONCE = 1000;

/** Ends all access: the user cannot sign in, sessions end and every token is revoked, so that sockets close. */
export async function endAccess(parts: ErasureParts, userId: UserId): Promise<number> {
  const { db, state, region, clock, revocationKeptMs } = parts;
  const { matchedCount } = await db
    .collection(userCollection)
    .updateOne(
      { _id: userId, region },
      { $set: { state: 'suspended' }, $unset: { login: '', knownNetworks: '' }, $inc: { version: 1 } },
    );
  const ended = await db.collection(sessionCollection).deleteMany({ userId, region });
  const atMs = clock.wallMs();
  // Tokens have whole seconds: all tokens of the current second are revoked too.
  const notBeforeMs = (Math.floor(atMs / 1000) + 1) * 1000;
  const revocationStore = { db, state, region, wallMs: () => clock.wallMs(), keptMs: revocationKeptMs };
  await writeRevocation(revocationStore, { kind: 'user', subject: userId, userId, notBeforeMs, atMs });
  return matchedCount + ended.deletedCount;
}

/** Keys with a prefix, in pages. */
export async function* keysBelow(objects: NonNullable<ErasureParts['objects']>, prefix: string) {
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof objects.list>> = await objects.list(prefix, after);
    yield page.objects.map(({ key }) => key);
    after = page.next;
  } while (after !== null);
}

/** Prefixes of a person's objects. */
export function prefixesOf(userId: UserId, documentIds: readonly string[]): string[] {
  return [`${QUARANTINE_PREFIX}${userId}/`, ...documentIds.map((id) => `${CLEAN_PREFIX}${id}/`)];
}

/** Erases documents and their objects. Objects first: without the document their owner would be unknown. */
export async function eraseDocuments(
  parts: ErasureParts,
  userId: UserId,
  erasure: StoredErasure,
): Promise<number> {
  const { db, region, objects } = parts;
  const owned = { region, userId };
  if ((await db.collection(documentCollection).findOne({ ...owned, 'state.name': 'processing' })) !== null)
    throw new ErasureBlocked('a document is being checked');
  const found = await db
    .collection(documentCollection)
    .find(owned, { projection: { _id: 1 } })
    .toArray();
  const ids = new Set([...erasure.documentIds, ...found.map(({ _id }) => String(_id))]);
  erasure.documentIds = [...ids];
  await db
    .collection(erasureCollection)
    .updateOne({ _id: erasure._id }, { $set: { documentIds: erasure.documentIds } });
  if (objects === undefined && ids.size > 0) throw new ErasureBlocked('no S3 server is configured');
  let touched = 0;
  for (const prefix of objects === undefined ? [] : prefixesOf(userId, erasure.documentIds)) {
    for await (const keys of keysBelow(objects as NonNullable<typeof objects>, prefix)) {
      for (const key of keys) await objects?.remove(key);
      touched += keys.length;
    }
  }
  return touched + (await db.collection(documentCollection).deleteMany(owned)).deletedCount;
}

/** Erases a driver's tracks, a bounded number at a time: one command for millions of fixes outlasts the time that a connection may be silent. */
export async function eraseTracks(
  { db, region }: ErasureParts,
  userId: UserId,
  _erasure: StoredErasure,
  onTouched: (count: number) => Promise<void>,
): Promise<number> {
  const tracks = db.collection(trackCollection);
  for (;;) {
    const some = await tracks
      .find({ driverId: userId, region }, { projection: { _id: 1 }, limit: TRACKS_AT_ONCE })
      .toArray();
    if (some.length === 0) return 0;
    await onTouched((await tracks.deleteMany({ _id: { $in: some.map(({ _id }) => _id) } })).deletedCount);
  }
}

/** Erases the account, last: until then the person can still be notified. */
export async function eraseAccount({ db, region }: ErasureParts, userId: UserId): Promise<number> {
  const owned = { userId, region };
  // By the range of their ids, which begin with the driver's; some documents, since they expire.
  const health = db.collection(healthCollection);
  let touched = (await health.deleteMany({ ...healthDaysOf(String(userId)), region })).deletedCount;
  for (const model of [
    db.model(notificationCollection),
    db.model(deviceCollection),
    db.model(sessionCollection),
    db.model(shareCollection),
  ])
    touched += (await model.collection.deleteMany(owned)).deletedCount;
  const driver = await db.collection(driverCollection).findOne({ _id: userId });
  if (driver?.vehicleId !== undefined)
    touched += (await db.collection(vehicleCollection).deleteOne({ _id: driver.vehicleId })).deletedCount;
  for (const model of [db.model(preferencesCollection), db.model(driverCollection), db.model(userCollection)])
    touched += (await model.collection.deleteOne({ _id: userId, region })).deletedCount;
  return touched;
}
