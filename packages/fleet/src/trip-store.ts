import {
  CodedError,
  type DriverId,
  type ImportTrip,
  type RegionId,
  type TripEvent,
  type TripId,
  type TripView,
} from '@rideline/contract';
import type { Clock } from '@rideline/platform/clock';
import type { RedisClient } from '@rideline/platform/redis';
import { type Models, SCHEMA_VERSION, TRIP_EVENTS_KEPT, type TripDocument } from './models.ts';
import { tripHints } from './redis-keys.ts';
import { isOpen, next, type TripEventType, type TripState } from './trip.ts';

/** Where trips are written: Mongo is the record, Redis gets a hint that there is something to tell. */
export interface TripStore {
  readonly models: Pick<Models, 'trips'>;
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly clock: Clock;
  /** The hint did not get out: the sweeper tells it instead, some seconds later. */
  readonly onHintLost: (error: Error) => void;
}

const DEFAULT_TIER = 'standard';
const DUPLICATE_KEY = 11_000;
/** The relay has this long to tell an event before the sweeper does. */
const RELAY_GRACE_MS = 2000;
const HINTS_KEPT = 10_000;

function viewOf(trip: TripDocument): TripView {
  return {
    tripId: trip._id,
    riderId: trip.riderId,
    driverId: trip.driverId ?? null,
    state: trip.state.name,
    version: trip.version,
    open: trip.open,
  };
}

function eventOf(trip: {
  tripId: TripId;
  version: number;
  state: TripState;
  type: TripEventType;
  at: number;
}): TripEvent {
  return {
    tripId: trip.tripId,
    version: trip.version,
    type: trip.type,
    state: trip.state.name,
    at: trip.at,
    actor: 'system',
    data: {},
  };
}

async function find(store: TripStore, tripId: TripId): Promise<TripDocument | null> {
  const found = await store.models.trips.collection.findOne({ _id: tripId as never, region: store.region });
  return found as unknown as TripDocument | null;
}

/** One trip as its people may see it, or null when there is none. Who may see it is the caller's to check. */
export async function readTrip(store: TripStore, tripId: TripId): Promise<TripView | null> {
  const trip = await find(store, tripId);
  return trip === null ? null : viewOf(trip);
}

/** Says that a trip has changed. Only a hint: what it says is in the trip's outbox, and the sweeper looks there too. */
async function hint(store: TripStore, tripId: TripId, version: number): Promise<void> {
  try {
    await store.state.xadd(
      tripHints(store.region),
      'MAXLEN',
      '~',
      HINTS_KEPT,
      '*',
      'tripId',
      tripId,
      'version',
      version,
    );
  } catch (error) {
    store.onHintLost(error as Error);
  }
}

/**
 * Opens a trip that its driver is already on (development only). Repeated with the same ids it answers what is there.
 * @throws CodedError CONFLICT when the id is another trip's, or when driver or rider are on a trip
 */
export async function openImportedTrip(store: TripStore, input: ImportTrip): Promise<TripView> {
  const at = Date.parse(input.at);
  const step = next(null, { type: 'import', at });
  if (!step.ok) throw new CodedError('ILLEGAL_TRANSITION', step.reason);
  const now = store.clock.wallMs();
  const event = eventOf({ tripId: input.tripId, version: 1, state: step.state, type: step.event, at });
  const trip: TripDocument = {
    _id: input.tripId,
    v: SCHEMA_VERSION,
    region: store.region,
    version: 1,
    state: step.state,
    riderId: input.riderId,
    driverId: input.driverId,
    slot: 'active',
    open: isOpen(step.state),
    pickup: input.pickup,
    dropoff: input.dropoff,
    stops: [],
    tier: DEFAULT_TIER,
    origin: 'import',
    offers: [],
    events: [event],
    outbox: [event],
    nextCheckAt: new Date(now + RELAY_GRACE_MS),
    commandIds: [],
    createdAt: new Date(at),
    updatedAt: new Date(at),
  };
  try {
    await store.models.trips.collection.insertOne(trip as never, { writeConcern: { w: 'majority' } });
  } catch (error) {
    if ((error as { code?: number }).code !== DUPLICATE_KEY) throw error;
    return await repeatedOrConflict(store, input);
  }
  await hint(store, trip._id, trip.version);
  return viewOf(trip);
}

async function repeatedOrConflict(store: TripStore, input: ImportTrip): Promise<TripView> {
  const { models, region } = store;
  const there = await find(store, input.tripId);
  if (there) {
    const same =
      there.origin === 'import' && there.riderId === input.riderId && there.driverId === input.driverId;
    if (same) return viewOf(there);
    throw new CodedError('CONFLICT', 'this id belongs to another trip', { version: there.version });
  }
  const busy = await models.trips.collection.findOne(
    { region, driverId: input.driverId, slot: 'active', open: true },
    { projection: { _id: 1 } },
  );
  throw new CodedError('CONFLICT', busy ? 'the driver is on another trip' : 'the rider is on another trip');
}

/**
 * Closes an imported trip. Repeated, it answers the closed trip.
 * @param at ISO 8601, domain clock
 * @throws CodedError NOT_FOUND · ILLEGAL_TRANSITION · CONFLICT with the current version when another write came between
 */
export async function closeImportedTrip(store: TripStore, tripId: TripId, at: string): Promise<TripView> {
  const trip = await find(store, tripId);
  if (trip === null || trip.origin !== 'import') throw new CodedError('NOT_FOUND', 'no such imported trip');
  if (trip.state.name === 'completed') return viewOf(trip);
  const atMs = Date.parse(at);
  const step = next(trip.state, { type: 'complete', at: atMs });
  if (!step.ok) throw new CodedError('ILLEGAL_TRANSITION', step.reason, { version: trip.version });
  const version = trip.version + 1;
  const event = eventOf({ tripId, version, state: step.state, type: step.event, at: atMs });
  const closed: TripDocument = { ...trip, version, state: step.state, open: isOpen(step.state) };
  if (!(await writeStep(store, trip, closed, event))) {
    const current = await find(store, tripId);
    if (current?.state.name === 'completed') return viewOf(current);
    throw new CodedError('CONFLICT', 'the trip has changed meanwhile', {
      ...(current ? { version: current.version } : {}),
    });
  }
  await hint(store, tripId, version);
  return viewOf(closed);
}

/** The one conditional write of a transition: state, history, outbox and due time together, if nobody was faster. */
async function writeStep(
  store: TripStore,
  before: TripDocument,
  after: TripDocument,
  event: TripEvent,
): Promise<boolean> {
  const result = await store.models.trips.collection.updateOne(
    { _id: before._id as never, version: before.version },
    {
      $set: {
        version: after.version,
        state: after.state,
        open: after.open,
        nextCheckAt: new Date(store.clock.wallMs() + RELAY_GRACE_MS),
        updatedAt: new Date(event.at),
      },
      $push: {
        events: { $each: [event], $slice: -TRIP_EVENTS_KEPT },
        outbox: event,
      } as never,
    },
    { writeConcern: { w: 'majority' } },
  );
  return result.matchedCount === 1;
}

/** The trip that a driver is on now, as a majority of the record has it. */
export async function activeTripOf(
  models: Pick<Models, 'trips'>,
  driverId: DriverId,
): Promise<TripId | null> {
  const found = await models.trips.collection.findOne(
    { driverId, slot: 'active', open: true },
    { projection: { _id: 1 }, readConcern: { level: 'majority' } },
  );
  return found === null ? null : (String(found._id) as TripId);
}
