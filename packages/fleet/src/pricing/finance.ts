import type { RegionId, RegionSettings } from '@rideline/contract';
import { csvLine } from '@rideline/platform/csv';
import type { Models, StoredTrip } from '../store/models.ts';
import type { Completed } from '../trips/trip.ts';
import { estimateFareMinor, TARIFFS } from './fare.ts';

const COLUMNS = [
  'trip_id',
  'requested_at',
  'started_at',
  'completed_at',
  'completed_on',
  'rider_id',
  'driver_id',
  'tier',
  'stops',
  'fare_minor',
  'currency',
  'fare_kind',
] as const;

/** Trips read at a time: bounds what the server holds for a slow reader. */
const CHUNK = 500;
const READ_MS = 5000;
const PROJECTION = { events: 0, outbox: 0, commandIds: 0, offers: 0 } as const;

/** Fare of a ride in the currency's minor units: the fixed fare if there is one, else an estimate by its route. */
export function fareOf(trip: StoredTrip, currency: string): { minor: number; currency: string } {
  if (trip.fare) return trip.fare;
  const minor = estimateFareMinor([trip.pickup, ...trip.stops, trip.dropoff], TARIFFS[trip.tier]);
  return { minor, currency };
}

function lineOf(
  trip: StoredTrip,
  settings: Pick<RegionSettings, 'currency'>,
  dayOf: Intl.DateTimeFormat,
): string {
  const { startedAt, completedAt } = trip.state as Completed;
  const fare = fareOf(trip, settings.currency);
  return csvLine([
    trip._id,
    trip.createdAt.toISOString(),
    new Date(startedAt).toISOString(),
    new Date(completedAt).toISOString(),
    dayOf.format(completedAt),
    trip.riderId,
    trip.driverId ?? null,
    trip.tier,
    trip.stops.length,
    fare.minor,
    fare.currency,
    'estimate',
  ]);
}

/**
 * Completed trips from `fromMs` to before `toMs` (domain clock) as CSV, in the order of completion, `CHUNK` at a time.
 * `within`: bounds each read.
 */
export async function* financeCsv(
  models: Pick<Models, 'trips'>,
  region: RegionId,
  window: { fromMs: number; toMs: number },
  settings: Pick<RegionSettings, 'currency' | 'zone'>,
  within: <T>(work: () => Promise<T>) => Promise<T>,
): AsyncGenerator<string> {
  // The Swedish locale formats days as ISO 8601.
  const dayOf = new Intl.DateTimeFormat('sv-SE', { timeZone: settings.zone });
  yield csvLine(COLUMNS);
  let after: { at: number; id: string } | null = null;
  for (;;) {
    const from: { at: number; id: string } | null = after;
    const found: StoredTrip[] = await within(() => readChunk(models, region, window, from));
    if (found.length > 0) yield found.map((trip) => lineOf(trip, settings, dayOf)).join('');
    const last = found.at(-1);
    if (found.length < CHUNK || last === undefined) return;
    after = { at: (last.state as Completed).completedAt, id: last._id };
  }
}

async function readChunk(
  models: Pick<Models, 'trips'>,
  region: RegionId,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  after: { at: number; id: string } | null,
): Promise<StoredTrip[]> {
  const completedAt = 'state.completedAt';
  const found = await models.trips.collection
    .find(
      {
        region,
        [completedAt]: { $gte: after?.at ?? fromMs, $lt: toMs },
        ...(after === null
          ? {}
          : {
              $or: [
                { [completedAt]: { $gt: after.at } },
                { [completedAt]: after.at, _id: { $gt: after.id } },
              ],
            }),
      } as never,
      { projection: PROJECTION, readPreference: 'secondaryPreferred', maxTimeMS: READ_MS },
    )
    .sort({ [completedAt]: 1, _id: 1 })
    .limit(CHUNK)
    .toArray();
  return found as unknown as StoredTrip[];
}
