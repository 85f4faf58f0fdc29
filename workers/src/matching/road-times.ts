import type { DriverId } from '@rideline/contract';
import { TABLE_SOURCES } from '@rideline/fleet/matching/eta-formats';
import type { EtaTable } from '@rideline/fleet/matching/eta-table';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import type { FoundCandidate } from './candidate-search.ts';
import type { TripMemory } from './trip-memory.ts';

/**
 * Seconds by road to a trip's pick-up: from the driver, or from the drop-off of their current ride; null when there is no route. A driver
 * without an entry was not requested or not answered: crow-fly times apply.
 */
export type RoadTimes = ReadonlyMap<StoredTrip, ReadonlyMap<DriverId, number | null>>;

export interface RoadTimesOptions {
  readonly table: EtaTable;
  readonly memory: TripMemory;
  /** Called with the number of trips that the budget of this tick did not reach. */
  readonly onLate: (trips: number) => void;
}

/** Longest wait of a tick for road times, wall ms: trips not requested by then use crow-fly times. */
const BUDGET_MS = 300;
/** Below the concurrency limit of the table's client. */
const CONCURRENCY = 16;

/** Requests the times of all candidates of each trip from the route engine, the oldest trips first. Never rejects. */
export async function roadTimes(
  found: ReadonlyMap<StoredTrip, readonly FoundCandidate[]>,
  { table, memory, onLate }: RoadTimesOptions,
): Promise<RoadTimes> {
  const until = performance.now() + BUDGET_MS;
  const times = new Map<StoredTrip, ReadonlyMap<DriverId, number | null>>();
  const trips = [...found.keys()].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  let next = 0;
  const worker = async () => {
    while (next < trips.length && performance.now() < until) {
      const trip = trips[next++] as StoredTrip;
      const drivers = (found.get(trip) ?? []).slice(0, TABLE_SOURCES);
      const places = drivers.map((one) => startOf(one, memory));
      const seconds = await table.secondsTo(trip.pickup, places);
      if (seconds === null) continue;
      times.set(trip, new Map(drivers.map((one, at) => [one.found.driverId, seconds[at] ?? null])));
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, trips.length) }, worker));
  if (next < trips.length) onLate(trips.length - next);
  return times;
}

function startOf({ found, rideSecondsLeft }: FoundCandidate, memory: TripMemory) {
  const ride = rideSecondsLeft === null ? undefined : memory.activeTripOf(found.driverId);
  return ride?.dropoff ?? found;
}
