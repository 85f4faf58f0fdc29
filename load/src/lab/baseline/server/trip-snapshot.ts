import type { TripSnapshot } from '@rideline/contract';
import type { DriverPosition } from './drivers.ts';
import type { Trip } from './trip.ts';

/** A trip as its followers and its driver see it; a driver has no profile here and is shown by id. */
export function snapshotOf(trip: Trip, position: DriverPosition | null): TripSnapshot {
  const { _id: tripId, state, version, driverId, pickup, dropoff, stops } = trip;
  return {
    tripId,
    state,
    version,
    driver: driverId === undefined ? null : { id: driverId, name: driverId, vehicle: '', plate: '' },
    position: position && { ...position, ageMs: Math.max(0, Date.now() - position.at) },
    pickup,
    dropoff,
    stops: [...stops],
    stopsDone: 0,
  };
}
