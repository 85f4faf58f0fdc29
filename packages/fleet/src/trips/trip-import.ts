import { CodedError, type ImportTrip, type TripId } from '@rideline/contract';
import { SCHEMA_VERSION, type TripDocument } from '../store/models.ts';
import { isOpen, type TripCore } from './trip.ts';
import { applyToTrip, eventOf, RELAY_GRACE_MS, type TripDesk } from './trip-store.ts';

/**
 * Opens a trip that its driver is already on (development only). Repeated with the same ids it answers what is there.
 * @throws CodedError CONFLICT when the id is another trip's, or when driver or rider are on a trip
 */
export async function openImportedTrip(desk: TripDesk, input: ImportTrip): Promise<TripDocument> {
  const at = Date.parse(input.at);
  const core: TripCore = {
    state: { name: 'in_progress', startedAt: at, stopsDone: 0 },
    riderId: input.riderId,
    driverId: input.driverId,
    slot: 'active',
    open: true,
    offers: [],
    stops: [],
    reallocations: 0,
  };
  const event = eventOf(input.tripId, 1, core, { type: 'imported', actor: 'system', data: {} }, at);
  const trip: TripDocument = {
    ...core,
    _id: input.tripId,
    v: SCHEMA_VERSION,
    region: desk.region,
    version: 1,
    open: isOpen(core.state),
    pickup: input.pickup,
    dropoff: input.dropoff,
    tier: 'standard',
    origin: 'import',
    events: [event],
    outbox: [event],
    nextCheckAt: new Date(desk.clock.wallMs() + RELAY_GRACE_MS),
    commandIds: [],
    createdAt: new Date(at),
    updatedAt: new Date(at),
  };
  const written = await desk.record.insert(trip);
  if (written === 'written') {
    await desk.hint(trip, trip.version);
    return trip;
  }
  return await repeatedOrConflict(desk, input);
}

async function repeatedOrConflict(desk: TripDesk, input: ImportTrip): Promise<TripDocument> {
  const there = await desk.record.find(input.tripId);
  if (there) {
    const same =
      there.origin === 'import' && there.riderId === input.riderId && there.driverId === input.driverId;
    if (same) return there;
    throw new CodedError('CONFLICT', 'this id belongs to another trip', { version: there.version });
  }
  const busy = await desk.record.openTripOf(input.driverId, 'active');
  throw new CodedError('CONFLICT', busy ? 'the driver is on another trip' : 'the rider is on another trip');
}

/**
 * Closes an imported trip. Repeated, it answers the closed trip.
 * @param at ISO 8601, domain clock
 * @throws CodedError NOT_FOUND · ILLEGAL_TRANSITION · CONFLICT
 */
export async function closeImportedTrip(desk: TripDesk, tripId: TripId, at: string): Promise<TripDocument> {
  const applied = await applyToTrip(desk, tripId, (trip) => {
    if (trip.origin !== 'import') throw new CodedError('NOT_FOUND', 'no such imported trip');
    return { type: 'finish_import', at: Date.parse(at) };
  });
  return applied.trip;
}
