import type { DriverId } from '@rideline/contract';
import { CodedError, ERRORS, type ErrorCode, type RegionId } from '@rideline/contract';
import { distanceMetres } from '@rideline/fleet/geo/distance';
import { decodeLive } from '@rideline/fleet/live/live-index';
import { live } from '@rideline/fleet/redis/redis-keys';
import type { Database } from '@rideline/fleet/store/database';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import { SlotTaken, type TripStore } from '@rideline/fleet/trips/trip-store';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { Principal } from '@rideline/platform/tokens/tokens';
import type { LastAnswers } from '../cache/last-answers.ts';
import { asCodedError } from '../http/problem.ts';
import type { Dependency } from '../process/dependency.ts';

/** Dependencies of the trip routes. */
export interface TripParts {
  readonly mongo: Dependency;
  readonly redis: Dependency;
  readonly tripStore: TripStore;
  readonly db: Database;
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly lastAnswers: LastAnswers;
}

/** Maximum age of a fix that shows the driver's position, domain ms. */
const FRESH_FIX_MS = 60_000;
const READ_LIVE_MS = 500;

export function isStaff({ role }: Principal): boolean {
  return role === 'operator' || role === 'admin';
}

/** Riders and drivers see their own trips only, and do not learn that others exist. */
export function maySee(caller: Principal, trip: StoredTrip): boolean {
  const userId = String(caller.userId);
  if (caller.role === 'rider') return trip.riderId === userId;
  if (caller.role === 'driver') return trip.driverId === userId;
  return true;
}

/** Codes of a call that may have reached MongoDB without an answer. */
const UNANSWERED: readonly ErrorCode[] = ['TIMEOUT', 'UNAVAILABLE', 'INTERNAL'];

/**
 * A command on a trip.
 * @throws CodedError CONFLICT when the driver or the rider is on another trip; otherwise as `mongo.call`. An error after which the command can
 * be repeated says whether this try took effect.
 */
export async function tripCall<T>(mongo: Dependency, work: () => Promise<T>): Promise<T> {
  try {
    return await mongo.call(work);
  } catch (cause) {
    if (cause instanceof SlotTaken) throw cause.toConflict();
    const error = asCodedError(cause);
    if (ERRORS[error.code].retry !== 'later') throw error;
    throw error.withEffect(UNANSWERED.includes(error.code) ? 'unknown' : 'none');
  }
}

/** What a command needs before it begins. @throws what the work throws; an error after which the command can be repeated says that it had no effect */
export async function beforeCommand<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const error = asCodedError(cause);
    throw ERRORS[error.code].retry === 'later' ? error.withEffect('none') : error;
  }
}

/** The trip, if the caller may know that it exists. @throws CodedError NOT_FOUND */
export async function visibleTrip(
  { mongo, tripStore }: Pick<TripParts, 'mongo' | 'tripStore'>,
  tripId: StoredTrip['_id'],
  caller: Principal,
): Promise<StoredTrip> {
  const trip = await mongo.read(() => tripStore.trips.find(tripId));
  if (trip === null || !maySee(caller, trip)) throw new CodedError('NOT_FOUND');
  return trip;
}

/** Distance of a driver from a pick-up by their newest fix; null without a fresh fix or while Redis is unavailable. */
export async function measureFromPickup(
  { redis, state, region, tripStore }: TripParts,
  driverId: DriverId,
): Promise<(trip: StoredTrip) => number | null> {
  // Without the live index the driver's arrival is accepted unchecked, and the event says so: an outage must not block drivers at the kerb.
  const value = await redis
    .call(() => state.hget(live(region), driverId), { timeoutMs: READ_LIVE_MS })
    .catch(() => null);
  const position = decodeLive(value)?.position;
  if (!position || tripStore.clock.domainMs() - position.t > FRESH_FIX_MS) return () => null;
  return ({ pickup }) => distanceMetres(position.lat, position.lng, pickup.lat, pickup.lng);
}
