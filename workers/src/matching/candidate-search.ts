import type { DriverId } from '@rideline/contract';
import { distanceMetres } from '@rideline/fleet/geo/distance';
import type { FoundDriver, LiveSearch, SearchResult } from '@rideline/fleet/live/live-search';
import {
  AHEAD_SECONDS,
  CROW_FLY_SPEED,
  crowFlySeconds,
  ETA_LIMIT_SECONDS,
} from '@rideline/fleet/matching/eta';
import { DEFAULT_MATCH_OPTIONS } from '@rideline/fleet/matching/match-tick';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import type { DriverCompliance } from './driver-compliance.ts';
import type { HeldDrivers } from './held-drivers.ts';
import type { TripMemory } from './trip-memory.ts';

/** A driver found for a trip, before weighing. */
export interface FoundCandidate {
  readonly found: FoundDriver;
  /** Seconds until the driver's current ride is over; null for a free driver. */
  readonly rideSecondsLeft: number | null;
}

export interface CandidateSearchOptions {
  readonly search: LiveSearch;
  readonly memory: TripMemory;
  readonly compliance: Pick<DriverCompliance, 'lacks'>;
  readonly held: Pick<HeldDrivers, 'reasonOf'>;
}

/** Crow-fly; drivers further away are beyond the ETA limit. */
const RADIUS_METRES = ETA_LIMIT_SECONDS * CROW_FLY_SPEED;
/** Free drivers read for one trip: more than are weighed, so that drivers held by other offers do not use them up. */
const FREE_DRIVERS = 20;
/** When most of these hold open offers (a stadium empties), the search continues beyond them up to this number. */
const MOST_FREE_DRIVERS = 500;
const WIDENING_FACTOR = 3;
const ELIGIBLE_TARGET = DEFAULT_MATCH_OPTIONS.nearest;
const BUSY_DRIVERS = 8;
/** Concurrent searches on the one connection to Redis. */
const CONCURRENCY = 32;

/** Drivers of the live index around each trip's pick-up: free drivers, and those whose ride ends soon. */
export async function searchCandidates(
  trips: readonly StoredTrip[],
  options: CandidateSearchOptions,
): Promise<Map<StoredTrip, FoundCandidate[]>> {
  const found = new Map<StoredTrip, FoundCandidate[]>();
  let next = 0;
  const worker = async () => {
    for (;;) {
      const trip = trips[next];
      if (trip === undefined) return;
      next += 1;
      found.set(trip, await around(trip, options));
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, trips.length) }, worker));
  return found;
}

async function around(trip: StoredTrip, options: CandidateSearchOptions): Promise<FoundCandidate[]> {
  const { search, memory, compliance, held } = options;
  const isExcluded = (driverId: DriverId) =>
    memory.hasOffer(driverId) ||
    compliance.lacks(driverId) ||
    held.reasonOf(driverId, trip.riderId, false) !== null;
  const near = { lat: trip.pickup.lat, lng: trip.pickup.lng, radiusMetres: RADIUS_METRES };
  const alreadyOffered = trip.offers.length;
  const nearest = (status: 'available' | 'busy', limit: number) => search.nearest({ ...near, limit, status });
  const [free, busy] = await Promise.all([
    freeDrivers((limit) => nearest('available', limit), FREE_DRIVERS + alreadyOffered, isExcluded),
    // Without a ride in progress in this tier no driver can get a queued trip: no second search.
    memory.hasRides ? nearest('busy', BUSY_DRIVERS) : null,
  ]);
  const candidates = free.map((driver): FoundCandidate => ({ found: driver, rideSecondsLeft: null }));
  for (const driver of busy?.drivers ?? []) {
    const rideSecondsLeft = secondsLeft(driver, memory);
    if (rideSecondsLeft !== null) candidates.push({ found: driver, rideSecondsLeft });
  }
  return candidates;
}

/** The nearest `limit` drivers, and beyond them enough eligible ones if many are excluded (open offer, missing document). */
async function freeDrivers(
  nearest: (limit: number) => Promise<SearchResult>,
  limit: number,
  isExcluded: (driverId: DriverId) => boolean,
): Promise<FoundDriver[]> {
  for (let read = limit; ; read = Math.min(MOST_FREE_DRIVERS, read * WIDENING_FACTOR)) {
    const { drivers } = await nearest(read);
    const eligible = drivers.filter(({ driverId }) => !isExcluded(driverId));
    if (eligible.length < ELIGIBLE_TARGET && drivers.length >= read && read < MOST_FREE_DRIVERS) continue;
    // Of the excluded drivers only the nearest `limit` become candidates: a crowd would make every trip's list endless.
    const beyond = drivers.slice(limit).filter(({ driverId }) => !isExcluded(driverId));
    return [...drivers.slice(0, limit), ...beyond.slice(0, limit)];
  }
}

/** Seconds left of a driver's ride if it ends soon enough for a queued trip, else null. */
function secondsLeft(driver: FoundDriver, memory: TripMemory): number | null {
  const ride = memory.activeTripOf(driver.driverId);
  if (ride?.state.name !== 'in_progress' || memory.hasQueued(driver.driverId)) return null;
  // Remaining stops make the end too uncertain.
  if (ride.state.stopsDone < ride.stops.length) return null;
  const metres = distanceMetres(driver.lat, driver.lng, ride.dropoff.lat, ride.dropoff.lng);
  const seconds = crowFlySeconds(metres);
  return seconds < AHEAD_SECONDS ? seconds : null;
}
