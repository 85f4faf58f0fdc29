import { randomUUID } from 'node:crypto';
import type { CommandId, NotificationId, Point, TripId, UserId } from '@rideline/contract';
import { candidateCollection } from '../matching/candidate-collection.ts';
import { notificationCollection } from '../notifications/notification-collection.ts';
import { trip, tripEvents, tripPositions } from '../redis/redis-keys.ts';
import { readCurrency } from '../settings/region-settings.ts';
import { endedAt } from '../trips/trip.ts';
import { type StoredTrip, tripCollection } from '../trips/trip-collection.ts';
import { cancelByOthers } from '../trips/trip-commands.ts';
import { fareOf } from '../trips/trip-fare.ts';
import type { StoredErasure } from './erasure-collection.ts';
import { ErasureBlocked, type ErasureParts } from './erasure-parts.ts';
import { replaceId } from './replace-id.ts';

/** Trips read at a time. */
const CHUNK = 100;
const CANDIDATES_AT_ONCE = 2000;
/** Decimals kept of a rider's places: about a kilometre, enough for statistics by district. */
const PLACE_DECIMALS = 2;
const REASON = 'the account is being erased';

/** Filters for the fields in which a trip can name a person. */
function namedIn(userId: UserId): Record<string, string>[] {
  return [{ riderId: userId }, { driverId: userId }, { 'offers.driverId': userId }];
}

async function someTrips({ db, region }: ErasureParts, userId: UserId): Promise<StoredTrip[]> {
  for (const where of namedIn(userId)) {
    const found = await db
      .collection(tripCollection)
      .find({ region, ...where })
      .limit(CHUNK)
      .toArray();
    if (found.length > 0) return found;
  }
  return [];
}

/** Cancels the person's trips that have no driver yet. @returns the number cancelled. @throws ErasureBlocked while a trip is in progress */
export async function endTrips(parts: ErasureParts, userId: UserId): Promise<number> {
  const { db, region, tripStore } = parts;
  let cancelled = 0;
  for (const field of ['riderId', 'driverId']) {
    const found = db.collection(tripCollection).find(
      {
        region,
        [field]: userId,
        'state.name': { $nin: ['completed', 'cancelled', 'no_show', 'no_drivers', 'failed'] },
      },
      { projection: { state: 1, riderId: 1 } },
    );
    for await (const raw of found) {
      const { _id, state, riderId } = raw;
      const waits = ['scheduled', 'searching', 'offered'].includes(state.name);
      if (String(riderId) !== String(userId) || !waits) throw new ErasureBlocked(`trip ${_id} is under way`);
      const cancel = { tripId: _id, commandId: randomUUID() as CommandId, reason: REASON };
      await cancelByOthers(tripStore, 'system', cancel);
      cancelled += 1;
    }
  }
  return cancelled;
}

/** Erases data derived from a person's trips: the logs in Redis and the notifications sent to others. */
export async function eraseTripTraces(
  parts: ErasureParts,
  userId: UserId,
  _erasure: StoredErasure,
  onTouched: (count: number) => Promise<void>,
): Promise<number> {
  const { db, region, state } = parts;
  for (const where of namedIn(userId)) {
    const trips = db.collection(tripCollection).find({ region, ...where }, { projection: { _id: 1 } });
    for await (const { _id } of trips) {
      const tripId = String(_id) as TripId;
      const removed = await state.unlink(
        trip(region, tripId),
        tripEvents(region, tripId),
        tripPositions(region, tripId),
      );
      // Ids are `<tripId>-<version>-<role>`; the character after "-" is ".".
      const notifications = await db.collection(notificationCollection).deleteMany({
        region,
        _id: { $gte: `${tripId}-` as NotificationId, $lt: `${tripId}.` as NotificationId },
      });
      await onTouched(removed + notifications.deletedCount);
    }
  }
  return 0;
}

function coarsened({ lat, lng }: Point): Point {
  return { lat: Number(lat.toFixed(PLACE_DECIMALS)), lng: Number(lng.toFixed(PLACE_DECIMALS)) };
}

/** Removes reasons written by the person: their own words can identify them. */
function withoutWordsOf(actor: 'rider' | 'driver', found: StoredTrip): StoredTrip {
  const { state } = found;
  return {
    ...found,
    state: state.name === 'cancelled' && state.by === actor ? { ...state, reason: null } : state,
    events: found.events.map((event) =>
      event.actor === actor && 'reason' in event.data
        ? { ...event, data: { ...event.data, reason: null } }
        : event,
    ),
  };
}

/** The trip as finance needs it: with its fare and without the person's id. */
export function deidentified(
  found: StoredTrip,
  userId: UserId,
  pseudonym: string,
  currency: string,
): StoredTrip {
  const isRider = String(found.riderId) === String(userId);
  const isDriver = String(found.driverId) === String(userId);
  let next: StoredTrip = { ...found, fare: fareOf(found, currency) };
  if (isRider) {
    const { pickup, dropoff, stops } = found;
    next = { ...next, pickup: coarsened(pickup), dropoff: coarsened(dropoff), stops: stops.map(coarsened) };
    next = withoutWordsOf('rider', next);
  }
  if (isDriver) next = withoutWordsOf('driver', next);
  return replaceId(next, String(userId), pseudonym);
}

/** Removes the person from ended trips, which are kept for finance. Each trip gets its own pseudonym, so that trips cannot be linked. */
export async function eraseFromTrips(
  parts: ErasureParts,
  userId: UserId,
  _erasure: StoredErasure,
  onTouched: (count: number) => Promise<void>,
): Promise<number> {
  const { db, region } = parts;
  const currency = await readCurrency(db, region);
  for (let found = await someTrips(parts, userId); found.length > 0; found = await someTrips(parts, userId)) {
    for (const one of found) {
      const pseudonym = `erased-${randomUUID()}`;
      if (endedAt(one.state) === null || one.open) throw new ErasureBlocked(`trip ${one._id} is under way`);
      if (one.outbox.length > 0) throw new ErasureBlocked(`trip ${one._id} has undelivered events`);
      const { _id, version } = one;
      const { _id: _same, ...fields } = deidentified(one, userId, pseudonym, currency);
      const written = await db
        .collection(tripCollection)
        .updateOne({ _id: _id, version, open: false }, { $set: fields }, { writeConcern: { w: 'majority' } });
      if (written.matchedCount === 0) throw new ErasureBlocked(`trip ${_id} changed during the erasure`);
      await onTouched(1);
    }
  }
  return 0;
}

/** Erases the reasons stored about the person as a candidate, in pages of all trips: no index leads to them. */
export async function eraseCandidates(
  { db, region }: ErasureParts,
  userId: UserId,
  _erasure: StoredErasure,
  onTouched: (count: number) => Promise<void>,
): Promise<number> {
  const field = `d.${userId}`;
  const candidates = db.collection(candidateCollection);
  const page = { projection: { _id: 1 }, sort: { _id: 1 }, limit: CANDIDATES_AT_ONCE } as const;
  let found = await candidates.find({}, page).toArray();
  for (let last = found.at(-1); last !== undefined; last = found.at(-1)) {
    const { modifiedCount } = await candidates.updateMany(
      { _id: { $in: found.map(({ _id }) => _id) }, region, [field]: { $exists: true } },
      { $unset: { [field]: '' } },
    );
    await onTouched(modifiedCount);
    found = await candidates.find({ _id: { $gt: last._id } }, page).toArray();
  }
  return 0;
}
