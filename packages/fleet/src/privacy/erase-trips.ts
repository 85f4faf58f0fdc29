import { randomUUID } from 'node:crypto';
import type { CommandId, NotificationId, Point, TripId, UserId } from '@rideline/contract';
import { candidateCollection } from '../matching/candidate-collection.ts';
import { notificationCollection } from '../notifications/notification-collection.ts';
import { trip, tripEvents, tripPositions } from '../redis/redis-keys.ts';
import { readRegion, settingsOf } from '../settings/region-settings.ts';
import { endedAt } from '../trips/trip.ts';
import { type StoredTrip, tripCollection } from '../trips/trip-collection.ts';
import { cancelByOthers } from '../trips/trip-commands.ts';
import { fareOf } from '../trips/trip-finance.ts';
import { ErasureBlocked, type ErasureParts } from './erasure-parts.ts';
import { replaceId } from './replace-id.ts';

/** Trips worked on between two looks at the list. */
const CHUNK = 100;
/** Decimals that are left of a rider's places: about a kilometre, enough for statistics by district. */
const PLACE_DECIMALS = 2;
const REASON = 'the account is being erased';

/** Where a trip can name a person. */
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

/** Trips that have not ended: one for later is called off, one under way is waited for. @throws ErasureBlocked */
export async function endTrips(parts: ErasureParts, userId: UserId): Promise<number> {
  const { db, region, tripStore } = parts;
  let called = 0;
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
      called += 1;
    }
  }
  return called;
}

/** What only exists because of a person's trips: their logs in Redis, and what others were told of them. */
export async function eraseTripTraces(parts: ErasureParts, userId: UserId): Promise<number> {
  const { db, region, state } = parts;
  let touched = 0;
  for (const where of namedIn(userId)) {
    const trips = db.collection(tripCollection).find({ region, ...where }, { projection: { _id: 1 } });
    for await (const { _id } of trips) {
      const tripId = String(_id) as TripId;
      touched += await state.unlink(
        trip(region, tripId),
        tripEvents(region, tripId),
        tripPositions(region, tripId),
      );
      // `<tripId>-<version>-<role>`; the next character after "-" is ".".
      const told = await db.collection(notificationCollection).deleteMany({
        region,
        _id: { $gte: `${tripId}-` as NotificationId, $lt: `${tripId}.` as NotificationId },
      });
      touched += told.deletedCount;
    }
  }
  return touched;
}

function blunted({ lat, lng }: Point): Point {
  return { lat: Number(lat.toFixed(PLACE_DECIMALS)), lng: Number(lng.toFixed(PLACE_DECIMALS)) };
}

/** A reason in the person's own words says who he is as well as his name does. */
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

/** The trip as finance needs it: its fare as it was, and nobody of this id in it. */
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
    next = { ...next, pickup: blunted(pickup), dropoff: blunted(dropoff), stops: stops.map(blunted) };
    next = withoutWordsOf('rider', next);
  }
  if (isDriver) next = withoutWordsOf('driver', next);
  return replaceId(next, String(userId), pseudonym);
}

/** Takes the person out of his ended trips, which stay for finance. A trip's pseudonym is its own: nobody can join them up again. */
export async function eraseFromTrips(parts: ErasureParts, userId: UserId): Promise<number> {
  const { db, region } = parts;
  const { currency } = settingsOf(region, await readRegion(db, region), { retentionDays: 0 });
  let touched = 0;
  for (let found = await someTrips(parts, userId); found.length > 0; found = await someTrips(parts, userId)) {
    for (const one of found) {
      const pseudonym = `erased-${randomUUID()}`;
      if (endedAt(one.state) === null || one.open) throw new ErasureBlocked(`trip ${one._id} is under way`);
      if (one.outbox.length > 0)
        throw new ErasureBlocked(`trip ${one._id} has not been told to everybody yet`);
      const { _id, version } = one;
      const { _id: _same, ...fields } = deidentified(one, userId, pseudonym, currency);
      const written = await db
        .collection(tripCollection)
        .updateOne({ _id: _id, version, open: false }, { $set: fields }, { writeConcern: { w: 'majority' } });
      if (written.matchedCount === 0) throw new ErasureBlocked(`trip ${_id} was changed meanwhile`);
      touched += 1;
    }
  }
  return touched;
}

/** Why he was, or was not, asked. */
export async function eraseCandidates({ db, region }: ErasureParts, userId: UserId): Promise<number> {
  const field = `d.${userId}`;
  const { modifiedCount } = await db
    .collection(candidateCollection)
    .updateMany({ region, [field]: { $exists: true } }, { $unset: { [field]: '' } });
  return modifiedCount;
}
