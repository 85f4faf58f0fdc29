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
import type { StoredTrip } from '@rideline/fleet/store/models';
import type { DriverCompliance } from './driver-compliance.ts';
import type { TripMemory } from './trip-memory.ts';

/** A driver who could take a trip, before anything is weighed. */
export interface FoundCandidate {
  readonly found: FoundDriver;
  /** Seconds until the ride that he is on is over; null for a free driver. */
  readonly rideSecondsLeft: number | null;
}

export interface CandidateSearchOptions {
  readonly search: LiveSearch;
  readonly memory: TripMemory;
  readonly standings: Pick<DriverCompliance, 'lacks'>;
}

/** Crow-fly; who is further away is beyond the ETA limit. */
const RADIUS_METRES = ETA_LIMIT_SECONDS * CROW_FLY_SPEED;
/** Looked at for one trip: more than are weighed, so that those who are held by others don't use them up. */
const FREE_DRIVERS = 20;
/** Where even these are mostly held by open offers (a stadium empties), the search goes on behind them, up to so many. */
const MOST_FREE_DRIVERS = 500;
const WIDER = 3;
const ABLE_WANTED = DEFAULT_MATCH_OPTIONS.nearest;
const BUSY_DRIVERS = 8;
/** Searches at a time on the one connection to Redis. */
const AT_ONCE = 32;

/** What the live index has around each trip's pick-up: free drivers, and those whose ride ends soon. */
export async function searchCandidates(
  trips: readonly StoredTrip[],
  options: CandidateSearchOptions,
): Promise<Map<StoredTrip, FoundCandidate[]>> {
  const found = new Map<StoredTrip, FoundCandidate[]>();
  let next = 0;
  const lane = async () => {
    for (;;) {
      const trip = trips[next];
      if (trip === undefined) return;
      next += 1;
      found.set(trip, await around(trip, options));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, trips.length) }, lane));
  return found;
}

async function around(trip: StoredTrip, options: CandidateSearchOptions): Promise<FoundCandidate[]> {
  const { search, memory, standings } = options;
  const cannot = (driverId: DriverId) => memory.hasOffer(driverId) || standings.lacks(driverId);
  const near = { lat: trip.pickup.lat, lng: trip.pickup.lng, radiusMetres: RADIUS_METRES };
  const asked = trip.offers.length;
  const nearest = (status: 'available' | 'busy', limit: number) => search.nearest({ ...near, limit, status });
  const [free, busy] = await Promise.all([
    freeDrivers((limit) => nearest('available', limit), FREE_DRIVERS + asked, cannot),
    // Without a ride under way in this tier nobody can be asked ahead: no second search.
    memory.hasRides ? nearest('busy', BUSY_DRIVERS) : null,
  ]);
  const candidates = free.map((driver): FoundCandidate => ({ found: driver, rideSecondsLeft: null }));
  for (const driver of busy?.drivers ?? []) {
    const rideSecondsLeft = secondsLeft(driver, memory);
    if (rideSecondsLeft !== null) candidates.push({ found: driver, rideSecondsLeft });
  }
  return candidates;
}

/** The nearest `limit`, and behind those of them who cannot be asked (held by an open offer, a document lacks) enough who can. */
async function freeDrivers(
  nearest: (limit: number) => Promise<SearchResult>,
  limit: number,
  cannot: (driverId: DriverId) => boolean,
): Promise<FoundDriver[]> {
  for (let looked = limit; ; looked = Math.min(MOST_FREE_DRIVERS, looked * WIDER)) {
    const { drivers } = await nearest(looked);
    const able = drivers.filter(({ driverId }) => !cannot(driverId));
    if (able.length < ABLE_WANTED && drivers.length >= looked && looked < MOST_FREE_DRIVERS) continue;
    // Of the others only the nearest are told of as considered: a crowd would make every trip's list endless.
    const behind = drivers.slice(limit).filter(({ driverId }) => !cannot(driverId));
    return [...drivers.slice(0, limit), ...behind.slice(0, limit)];
  }
}

/** How long a driver's ride still takes, if it is so short that he can be asked for the next one. */
function secondsLeft(driver: FoundDriver, memory: TripMemory): number | null {
  const ride = memory.activeTripOf(driver.driverId);
  if (ride?.state.name !== 'in_progress' || memory.hasQueued(driver.driverId)) return null;
  // Stops that are still to come make the end too uncertain.
  if (ride.state.stopsDone < ride.stops.length) return null;
  const metres = distanceMetres(driver.lat, driver.lng, ride.dropoff.lat, ride.dropoff.lng);
  const seconds = crowFlySeconds(metres);
  return seconds < AHEAD_SECONDS ? seconds : null;
}
