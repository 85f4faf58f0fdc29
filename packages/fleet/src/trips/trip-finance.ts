import { type RegionId, type RegionSettings, type TripId, toIsoTime } from '@rideline/contract';
import { csvLine } from '@rideline/platform/csv';
import type { mongo } from 'mongoose';
import type { Database } from '../store/database.ts';
import { type OnUnpresentable, presented } from '../store/presented.ts';
import { type Cancelled, type Completed, endedAt, fareReview } from './trip.ts';
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

/** Rides in the export: completed ones, then those that their riders ended, whose drivers were silent (decision 0148). */
const RIDES = [
  { endField: 'state.completedAt', only: {} },
  { endField: 'state.cancelledAt', only: { 'state.review.heardAt': { $exists: true } } },
] as const;
type Rides = (typeof RIDES)[number];

/** The last trip of a chunk: the next one starts after it. */
interface Position {
  readonly at: number;
  readonly id: TripId;
}

/** From `fromMs` to before `toMs`, domain clock. */
interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

const READ_MS = 5000;
const PROJECTION = { events: 0, outbox: 0, commandIds: 0, offers: 0 } as const;

/** What the amount is: `review` for a ride that ended without its driver, `reviewed` once an operator has decided its fare. */
function kindOf({ state }: StoredTrip, { assumed }: TripFare): string {
  const review = fareReview(state);
  if (review !== null) return review.resolvedAt === undefined ? 'review' : 'reviewed';
  return assumed ? 'estimate_assumed_currency' : 'estimate';
}

function endOf({ state }: StoredTrip): number {
  const at = endedAt(state);
  if (at === null) throw new TypeError('an open trip has no end');
  return at;
}

function lineOf(
  trip: StoredTrip,
  settings: Pick<RegionSettings, 'currency'>,
  dayOf: Intl.DateTimeFormat,
): string {
  const { startedAt } = trip.state as Completed | Cancelled;
  const completedAt = endOf(trip);
  const fare = fareOf(trip, settings.currency);
  return csvLine([
    trip._id,
    toIsoTime(trip.createdAt),
    startedAt === undefined ? null : toIsoTime(startedAt),
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
 * Rides that ended from `fromMs` to before `toMs` (domain clock) as CSV, each of `RIDES` in the order of their ends, `CHUNK` at a time.
 * Amounts and currencies are those stored with the trips, whatever the region's currency is now.
 */
export async function* financeCsv(parts: FinanceParts, window: TimeWindow): AsyncGenerator<string> {
  // The Swedish locale formats days as ISO 8601.
  const dayOf = new Intl.DateTimeFormat('sv-SE', { timeZone: parts.settings.zone });
  yield csvLine(COLUMNS);
  for (const rides of RIDES) yield* linesOf(parts, rides, window, dayOf);
}

async function* linesOf(
  { db, region, settings, within, onUnpresentable }: FinanceParts,
  rides: Rides,
  window: TimeWindow,
  dayOf: Intl.DateTimeFormat,
): AsyncGenerator<string> {
  let after: Position | null = null;
  for (;;) {
    const from: Position | null = after;
    const found: StoredTrip[] = await within(() => readChunk(db, region, rides, window, from));
    yield presented(found, (trip) => lineOf(trip, settings, dayOf), onUnpresentable).join('');
    const last = found.at(-1);
    if (found.length < CHUNK || last === undefined) return;
    after = { at: endOf(last), id: last._id };
  }
}

async function readChunk(
  db: Database,
  region: RegionId,
  { endField, only }: Rides,
  { fromMs, toMs }: TimeWindow,
  after: Position | null,
): Promise<StoredTrip[]> {
  const filter: mongo.Filter<StoredTrip> = {
    region,
    ...only,
    [endField]: { $gte: after?.at ?? fromMs, $lt: toMs },
  };
  if (after !== null)
    filter.$or = [{ [endField]: { $gt: after.at } }, { [endField]: after.at, _id: { $gt: after.id } }];
  return await db
    .collection(tripCollection)
    .find(filter, { projection: PROJECTION, readPreference: 'secondaryPreferred', maxTimeMS: READ_MS })
    .sort({ [endField]: 1, _id: 1 })
    .limit(CHUNK)
    .toArray();
}
