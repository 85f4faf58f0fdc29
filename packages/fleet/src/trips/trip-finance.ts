import { type RegionId, type RegionSettings, type TripId, toIsoTime } from '@rideline/contract';
import { csvLine } from '@rideline/platform/csv';
import type { mongo } from 'mongoose';
import type { Database } from '../store/database.ts';
import { type OnUnpresentable, presented } from '../store/presented.ts';
import { type Completed, fareReview } from './trip.ts';
import { type StoredTrip, tripCollection } from './trip-collection.ts';
import { fareOf, type TripFare } from './trip-fare.ts';

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

/** The last trip of a chunk: the next one starts after it. */
interface Position {
  readonly at: number;
  readonly id: TripId;
}
const READ_MS = 5000;
const PROJECTION = { events: 0, outbox: 0, commandIds: 0, offers: 0 } as const;

/** What the amount is: `review` for a ride whose end nobody reported. */
function kindOf({ state }: StoredTrip, { assumed }: TripFare): string {
  if (fareReview(state) !== null) return 'review';
  return assumed ? 'estimate_assumed_currency' : 'estimate';
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
    toIsoTime(trip.createdAt),
    toIsoTime(startedAt),
    toIsoTime(completedAt),
    dayOf.format(completedAt),
    trip.riderId,
    trip.driverId ?? null,
    trip.tier,
    trip.stops.length,
    fare.minor,
    fare.currency,
    kindOf(trip, fare),
  ]);
}

/** What a finance export is made from. */
export interface FinanceParts {
  readonly db: Database;
  readonly region: RegionId;
  readonly settings: Pick<RegionSettings, 'currency' | 'zone'>;
  /** Bounds each read. */
  readonly within: <T>(work: () => Promise<T>) => Promise<T>;
  readonly onUnpresentable: OnUnpresentable;
}

/**
 * Completed trips from `fromMs` to before `toMs` (domain clock) as CSV, in the order of completion, `CHUNK` at a time.
 * Amounts and currencies are those stored with the trips, whatever the region's currency is now.
 */
export async function* financeCsv(
  { db, region, settings, within, onUnpresentable }: FinanceParts,
  window: { fromMs: number; toMs: number },
): AsyncGenerator<string> {
  // The Swedish locale formats days as ISO 8601.
  const dayOf = new Intl.DateTimeFormat('sv-SE', { timeZone: settings.zone });
  yield csvLine(COLUMNS);
  let after: Position | null = null;
  for (;;) {
    const from: Position | null = after;
    const found: StoredTrip[] = await within(() => readChunk(db, region, window, from));
    yield presented(found, (trip) => lineOf(trip, settings, dayOf), onUnpresentable).join('');
    const last = found.at(-1);
    if (found.length < CHUNK || last === undefined) return;
    after = { at: (last.state as Completed).completedAt, id: last._id };
  }
}

async function readChunk(
  db: Database,
  region: RegionId,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  after: Position | null,
): Promise<StoredTrip[]> {
  const completedAt = 'state.completedAt';
  const filter: mongo.Filter<StoredTrip> = {
    region,
    [completedAt]: { $gte: after?.at ?? fromMs, $lt: toMs },
  };
  if (after !== null)
    filter.$or = [{ [completedAt]: { $gt: after.at } }, { [completedAt]: after.at, _id: { $gt: after.id } }];
  return await db
    .collection(tripCollection)
    .find(filter, { projection: PROJECTION, readPreference: 'secondaryPreferred', maxTimeMS: READ_MS })
    .sort({ [completedAt]: 1, _id: 1 })
    .limit(CHUNK)
    .toArray();
}
