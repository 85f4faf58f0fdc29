import type { DriverId } from '@rideline/contract';
import { TABLE_SOURCES } from '@rideline/fleet/matching/eta-formats';
import type { EtaTable } from '@rideline/fleet/matching/eta-table';
import type { StoredTrip } from '@rideline/fleet/store/models';
import type { FoundCandidate } from './candidate-search.ts';
import type { TripMemory } from './trip-memory.ts';

/**
 * Seconds by road to a trip's pick-up: from the driver, or from the end of the ride that he is on; null where there is no way. A driver
 * who is absent was not asked for, or not answered: he is weighed crow-fly.
 */
export type RoadTimes = ReadonlyMap<StoredTrip, ReadonlyMap<DriverId, number | null>>;

export interface RoadTimesOptions {
  readonly table: EtaTable;
  readonly memory: TripMemory;
  /** Trips for which no time was left in this tick. */
  readonly onLate: (trips: number) => void;
}

/** What a tick waits for route times at most, wall ms: trips that it has not come to by then are weighed crow-fly. */
const BUDGET_MS = 300;
/** Below what the table's client lets through. */
const AT_ONCE = 16;

/** Asks the route engine for all candidates of each trip, the oldest trips first. Never rejects. */
export async function roadTimes(
  found: ReadonlyMap<StoredTrip, readonly FoundCandidate[]>,
  { table, memory, onLate }: RoadTimesOptions,
): Promise<RoadTimes> {
  const until = performance.now() + BUDGET_MS;
  const times = new Map<StoredTrip, ReadonlyMap<DriverId, number | null>>();
  const trips = [...found.keys()].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  let next = 0;
  const lane = async () => {
    while (next < trips.length && performance.now() < until) {
      const trip = trips[next++] as StoredTrip;
      const drivers = (found.get(trip) ?? []).slice(0, TABLE_SOURCES);
      const places = drivers.map((one) => startOf(one, memory));
      const seconds = await table.secondsTo(trip.pickup, places);
      if (seconds === null) continue;
      times.set(trip, new Map(drivers.map((one, at) => [one.found.driverId, seconds[at] ?? null])));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, trips.length) }, lane));
  if (next < trips.length) onLate(trips.length - next);
  return times;
}

function startOf({ found, rideSecondsLeft }: FoundCandidate, memory: TripMemory) {
  const ride = rideSecondsLeft === null ? undefined : memory.activeTripOf(found.driverId);
  return ride?.dropoff ?? found;
}
