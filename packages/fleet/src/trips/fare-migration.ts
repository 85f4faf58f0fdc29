import type { RegionId, TripId } from '@rideline/contract';
import type { mongo } from 'mongoose';
import { readCurrency } from '../settings/region-settings.ts';
import type { Database } from '../store/database.ts';
import type { MigrationWork } from '../store/migrations.ts';
import { type StoredTrip, tripCollection } from './trip-collection.ts';
import { fareOf, type TripFare } from './trip-fare.ts';

/** Trips read and written at a time. */
const CHUNK = 500;
const SAY_MS = 10_000;
const PROJECTION = { region: 1, pickup: 1, dropoff: 1, stops: 1, tier: 1 } as const;

/** The fare of a trip stored without one; null for a document from which none can be estimated. */
function assumedFare(trip: StoredTrip, currency: string): TripFare | null {
  const { pickup, dropoff, stops } = trip;
  const places = [pickup, dropoff, ...(Array.isArray(stops) ? stops : [null])];
  if (!places.every((place) => Number.isFinite(place?.lat) && Number.isFinite(place?.lng))) return null;
  const fare = fareOf(trip, currency);
  return Number.isSafeInteger(fare.minor) ? fare : null;
}

/**
 * Stores the fare with every trip that has none: the amount that exports had until now, with the region's currency of now, marked as assumed.
 * Without it, the next change of the region's currency would relabel finished trips. May be interrupted and run again.
 */
export async function addFares(db: Database, { say }: MigrationWork): Promise<void> {
  let done = 0;
  let saidAt = performance.now();
  const trips = db.collection(tripCollection);
  const currencies = new Map<RegionId, string>();
  const currencyOf = async (region: RegionId): Promise<string> => {
    const known = currencies.get(region) ?? (await readCurrency(db, region));
    currencies.set(region, known);
    return known;
  };
  let after: TripId | null = null;
  for (;;) {
    const filter: mongo.Filter<StoredTrip> = { fare: { $exists: false } };
    if (after !== null) filter._id = { $gt: after };
    const found: StoredTrip[] = await trips
      .find(filter, { projection: PROJECTION })
      .sort({ _id: 1 })
      .limit(CHUNK)
      .toArray();
    const writes: mongo.AnyBulkWriteOperation<StoredTrip>[] = [];
    for (const trip of found) {
      const fare = assumedFare(trip, await currencyOf(trip.region));
      if (fare === null) continue;
      const filter = { _id: trip._id, fare: { $exists: false } };
      writes.push({ updateOne: { filter, update: { $set: { fare } } } });
    }
    if (writes.length > 0) await trips.bulkWrite(writes, { ordered: false, writeConcern: { w: 'majority' } });
    done += writes.length;
    if (performance.now() - saidAt > SAY_MS) {
      saidAt = performance.now();
      say(`trips: ${done} got a fare so far`);
    }
    after = found.at(-1)?._id ?? null;
    if (found.length < CHUNK || after === null) return;
  }
}
