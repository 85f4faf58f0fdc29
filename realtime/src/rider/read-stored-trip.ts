import type { RegionId, TripId } from '@rideline/contract';
import type { LoggedTrip } from '@rideline/fleet/live/trip-log';
import type { Database } from '@rideline/fleet/store/database';
import { endedAt, stateName } from '@rideline/fleet/trips/trip';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import { withinMs } from '@rideline/platform/overload/deadline';

/** Ms that a follower waits for MongoDB; also enforced here, because a paused server ignores `maxTimeMS`. */
const READ_MS = 2000;

/**
 * Reads a trip from MongoDB, for trips that are not (or no longer) in Redis. Returns null for an unknown trip.
 * Of the driver it has only the id: name and vehicle are in the log that the relay writes.
 */
export async function readStoredTrip(
  db: Database,
  region: RegionId,
  tripId: TripId,
): Promise<LoggedTrip | null> {
  const trips = db.collection(tripCollection);
  const projection = { version: 1, state: 1, riderId: 1, driverId: 1 };
  const trip = await withinMs(
    trips.findOne({ _id: tripId, region }, { projection, maxTimeMS: READ_MS }),
    READ_MS,
  );
  if (trip === null) return null;
  const { version, state, riderId, driverId } = trip;
  return {
    tripId,
    version,
    state: stateName(state),
    riderId,
    driver: driverId ? { id: driverId, name: driverId, vehicle: '', plate: '' } : null,
    endedAt: endedAt(state),
  };
}
