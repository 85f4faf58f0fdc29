import { CodedError, type ImportTrip, type TripId } from '@rideline/contract';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import { isOpen, type TripCore } from './trip.ts';
import type { StoredTrip } from './trip-collection.ts';
import { newFare } from './trip-fare.ts';
import { applyToTrip, eventOf, RELAY_GRACE_MS, type TripStore } from './trip-store.ts';

/**
 * Creates a trip that is already in progress (development only). A repeat with the same ids returns the existing trip.
 * @throws CodedError CONFLICT when the id belongs to another trip, or when the driver or the rider is on a trip
 */
export async function openImportedTrip(tripStore: TripStore, input: ImportTrip): Promise<StoredTrip> {
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
  const { currency } = await tripStore.requestTerms();
  const event = eventOf(input.tripId, 1, core, { type: 'imported', actor: 'system', data: {} }, at);
  const trip: StoredTrip = {
    ...core,
    _id: input.tripId,
    v: SCHEMA_VERSION,
    region: tripStore.region,
    version: 1,
    open: isOpen(core.state),
    pickup: input.pickup,
    dropoff: input.dropoff,
    tier: 'standard',
    fare: newFare({ pickup: input.pickup, dropoff: input.dropoff, stops: [], tier: 'standard' }, currency),
    origin: 'import',
    events: [event],
    outbox: [event],
    nextCheckAt: new Date(tripStore.clock.wallMs() + RELAY_GRACE_MS),
    commandIds: [],
    createdAt: new Date(at),
    updatedAt: new Date(at),
  };
  const written = await tripStore.trips.insert(trip);
  if (written === 'written') {
    await tripStore.hint(trip, trip.version);
    return trip;
  }
  return await repeatedOrConflict(tripStore, input);
}

async function repeatedOrConflict(tripStore: TripStore, input: ImportTrip): Promise<StoredTrip> {
  const existing = await tripStore.trips.find(input.tripId);
  if (existing) {
    const same =
      existing.origin === 'import' &&
      existing.riderId === input.riderId &&
      existing.driverId === input.driverId;
    if (same) return existing;
    throw new CodedError('CONFLICT', 'this id belongs to another trip', { version: existing.version });
  }
  const busy = await tripStore.trips.openTripOf(input.driverId, 'active');
  throw new CodedError('CONFLICT', busy ? 'the driver is on another trip' : 'the rider is on another trip');
}

/**
 * Completes an imported trip. A repeat returns the completed trip.
 * @param at ISO 8601, domain clock
 * @throws CodedError NOT_FOUND · ILLEGAL_TRANSITION · CONFLICT
 */
export async function closeImportedTrip(
  tripStore: TripStore,
  tripId: TripId,
  at: string,
): Promise<StoredTrip> {
  const applied = await applyToTrip(tripStore, tripId, (trip) => {
    if (trip.origin !== 'import') throw new CodedError('NOT_FOUND', 'no such imported trip');
    return { type: 'finish_import', at: Date.parse(at) };
  });
  return applied.trip;
}
