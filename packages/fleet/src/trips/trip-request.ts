import {
  CodedError,
  LIMITS,
  type ParsedTripRequest,
  type RiderId,
  type TripStatus,
} from '@rideline/contract';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import { isOpen, type TripCore, type TripState } from './trip.ts';
import type { StoredTrip } from './trip-collection.ts';
import { newFare } from './trip-fare.ts';
import { TRIP_RULES } from './trip-rules.ts';
import { eventOf, RELAY_GRACE_MS, type RequestTerms, type TripStore, tripStatusOf } from './trip-store.ts';
import type { StepEvent } from './trip-transition.ts';

function firstState(request: ParsedTripRequest, now: number): { state: TripState; event: StepEvent } {
  const { scheduledAt } = request;
  if (scheduledAt !== undefined && scheduledAt - TRIP_RULES.scheduledLeadMs > now) {
    const state: TripState = { name: 'scheduled', pickupAt: scheduledAt };
    return { state, event: { type: 'scheduled', actor: 'rider', data: { pickupAt: scheduledAt } } };
  }
  return { state: { name: 'searching', since: now }, event: { type: 'requested', actor: 'rider', data: {} } };
}

const DAY_MS = 86_400_000;

/** Whether the rider has cancelled so many requests of late that the next one is refused. */
async function hasCancelledTooMany({ trips, clock }: TripStore, riderId: RiderId): Promise<boolean> {
  const since = new Date(clock.domainMs() - LIMITS.cancelledRequestsWindowMs);
  return (await trips.cancelledByRiderSince(riderId, since)) >= LIMITS.cancelledRequests;
}

function tooManyCancelled({ clock }: TripStore): CodedError {
  const retryAfterMs = Math.ceil(LIMITS.cancelledRequestsWindowMs / LIMITS.cancelledRequests / clock.rate);
  return new CodedError('SCALE_003', 'too many requests were cancelled', { retryAfterMs });
}

async function insert(tripStore: TripStore, trip: StoredTrip, terms: RequestTerms) {
  if (await hasCancelledTooMany(tripStore, trip.riderId)) return 'too_many_cancelled';
  if (terms.closedTiers.includes(trip.tier)) return 'tier_closed';
  return trip.state.name === 'scheduled'
    ? await insertScheduled(tripStore, trip)
    : await tripStore.trips.insert(trip);
}

/** @throws CodedError VALIDATION: the pick-up time is further away than trips are scheduled */
function checkPickupTime(scheduledAt: number | undefined, now: number): void {
  if (scheduledAt === undefined || scheduledAt - now <= LIMITS.scheduledDaysAhead * DAY_MS) return;
  const message = `must be at most ${LIMITS.scheduledDaysAhead} days ahead`;
  throw new CodedError('VALIDATION', `scheduledAt: ${message}`, {
    issues: [{ path: 'body.scheduledAt', message }],
  });
}

/** Inserts a scheduled trip at a free place of its rider. The unique index decides, so that simultaneous requests do not pass the bound. */
async function insertScheduled({ trips }: TripStore, trip: StoredTrip) {
  const taken = new Set(await trips.scheduledPlacesOf(trip.riderId));
  for (let scheduledPlace = 0; scheduledPlace < LIMITS.scheduledTripsPerRider; scheduledPlace += 1) {
    if (taken.has(scheduledPlace)) continue;
    const written = await trips.insert({ ...trip, scheduledPlace });
    if (written !== 'place_taken') return written;
  }
  return 'place_taken';
}

function tripOf(
  tripStore: TripStore,
  riderId: RiderId,
  request: ParsedTripRequest,
  { currency }: RequestTerms,
): StoredTrip {
  const now = Math.round(tripStore.clock.domainMs());
  const { state, event } = firstState(request, now);
  const core: TripCore = {
    state,
    riderId,
    open: isOpen(state),
    offers: [],
    stops: request.stops,
    reallocations: 0,
  };
  const firstEvent = eventOf(request.tripId, 1, core, event, now);
  return {
    ...core,
    _id: request.tripId,
    v: SCHEMA_VERSION,
    region: tripStore.region,
    version: 1,
    pickup: request.pickup,
    dropoff: request.dropoff,
    tier: request.tier,
    fare: newFare(request, currency),
    origin: 'request',
    ...(request.scheduledAt === undefined ? {} : { scheduledAt: request.scheduledAt }),
    events: [firstEvent],
    outbox: [firstEvent],
    nextCheckAt: new Date(tripStore.clock.wallMs() + RELAY_GRACE_MS),
    commandIds: [],
    createdAt: new Date(now),
    updatedAt: new Date(now),
  };
}

function isSame(existing: StoredTrip, riderId: RiderId, requested: StoredTrip): boolean {
  const details = ({ pickup, dropoff, stops, tier, scheduledAt }: StoredTrip) =>
    JSON.stringify([
      [pickup.lat, pickup.lng],
      [dropoff.lat, dropoff.lng],
      stops.map(({ lat, lng }) => [lat, lng]),
      tier,
      scheduledAt ?? null,
    ]);
  return (
    existing.origin === 'request' && existing.riderId === riderId && details(existing) === details(requested)
  );
}

/**
 * Creates the trip of a rider's request. The client chooses the id: a repeat with the same details returns the current status of the
 * existing trip.
 * @returns created: false for a repeat
 * @throws CodedError KEY_REUSED: the id was used with other details or by another rider · CONFLICT: the rider has an open trip, or as many
 * scheduled trips as they may have, or the tier is closed · VALIDATION: the pick-up time is too far away · SCALE_003: the rider has cancelled too many requests
 */
export async function requestTrip(
  tripStore: TripStore,
  riderId: RiderId,
  request: ParsedTripRequest,
): Promise<{ status: TripStatus; created: boolean }> {
  checkPickupTime(request.scheduledAt, tripStore.clock.domainMs());
  const terms = await tripStore.requestTerms();
  const trip = tripOf(tripStore, riderId, request, terms);
  const written = await insert(tripStore, trip, terms);
  if (written === 'written') {
    await tripStore.hint(trip, 1);
    return { status: tripStatusOf(trip), created: true };
  }
  // A repeat of an open trip may violate the rider's index as well as the id's: check the id first.
  const existing = await tripStore.trips.find(request.tripId);
  if (existing !== null) {
    if (!isSame(existing, riderId, trip))
      throw new CodedError('KEY_REUSED', 'this id belongs to another trip');
    return { status: tripStatusOf(existing), created: false };
  }
  if (written === 'too_many_cancelled') throw tooManyCancelled(tripStore);
  if (written === 'tier_closed') throw new CodedError('CONFLICT', `the tier ${trip.tier} is closed`);
  throw new CodedError(
    'CONFLICT',
    written === 'place_taken'
      ? `the rider has ${LIMITS.scheduledTripsPerRider} scheduled trips`
      : 'the rider is on another trip',
  );
}
