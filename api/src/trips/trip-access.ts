import type { DriverId } from '@rideline/contract';
import { CodedError, ERRORS, type ErrorCode, type RegionId } from '@rideline/contract';
import { distanceMetres } from '@rideline/fleet/geo/distance';
import { decodeLive } from '@rideline/fleet/live/live-index';
import { live } from '@rideline/fleet/redis/redis-keys';
import type { Database } from '@rideline/fleet/store/database';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import { hasTripRight, type TripRight, type TripViewer } from '@rideline/fleet/trips/trip-rights';
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

/** As whom the caller looks at the trip. */
export function viewerOf({ role, userId }: Principal, trip: StoredTrip): TripViewer {
  switch (role) {
    case 'rider':
      return trip.riderId === String(userId) ? 'rider' : 'stranger';
    case 'driver':
      return trip.driverId === String(userId) ? 'driver' : 'stranger';
    case 'operator':
    case 'admin':
      return 'operator';
  }
}

export function mayRead(caller: Principal, trip: StoredTrip): boolean {
  return hasTripRight(viewerOf(caller, trip), trip.state.name, 'read');
}

/** @throws CodedError ILLEGAL_TRANSITION when this phase of the trip excludes it */
export function assertTripRight(viewer: TripViewer, trip: StoredTrip, right: TripRight): void {
  if (hasTripRight(viewer, trip.state.name, right)) return;
  throw new CodedError('ILLEGAL_TRANSITION', 'Not possible in this phase of the trip.');
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

/**
 * The trip, and as whom the caller looks at it, if they may know that it exists: riders and drivers do not learn of others' trips.
 * @throws CodedError NOT_FOUND
 */
export async function tripFor(
  { mongo, tripStore }: Pick<TripParts, 'mongo' | 'tripStore'>,
  tripId: StoredTrip['_id'],
  caller: Principal,
): Promise<{ readonly trip: StoredTrip; readonly viewer: TripViewer }> {
  const trip = await mongo.read(() => tripStore.trips.find(tripId));
  if (trip === null) throw new CodedError('NOT_FOUND');
  const viewer = viewerOf(caller, trip);
  if (!hasTripRight(viewer, trip.state.name, 'read')) throw new CodedError('NOT_FOUND');
  return { trip, viewer };
}

/** The trip, if the caller may know that it exists. @throws CodedError NOT_FOUND */
export async function visibleTrip(
  parts: Pick<TripParts, 'mongo' | 'tripStore'>,
  tripId: StoredTrip['_id'],
  caller: Principal,
): Promise<StoredTrip> {
  return (await tripFor(parts, tripId, caller)).trip;
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
