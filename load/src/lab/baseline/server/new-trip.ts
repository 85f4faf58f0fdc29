import type { DriverId, Offer, OfferId, RiderId, TripId, TripStateName } from '@rideline/contract';
import { crowFlySeconds } from '@rideline/fleet/matching/eta';
import type { Trip, TripOffer } from './trip.ts';

/** A trip without a driver is tried again after this time. */
export const RETRY_MS = 1000;

export function newTrip(
  riderId: RiderId,
  request: { tripId: TripId } & Pick<Trip, 'pickup' | 'dropoff' | 'stops' | 'tier'>,
  state: TripStateName & ('searching' | 'in_progress'),
  at: number,
  searchBudgetMs: number,
): Trip {
  const { tripId, pickup, dropoff, stops, tier } = request;
  const [type, actor] =
    state === 'searching' ? (['requested', 'rider'] as const) : (['imported', 'system'] as const);
  return {
    _id: tripId,
    riderId,
    state,
    version: 1,
    open: true,
    tier,
    pickup,
    dropoff,
    stops,
    createdAt: at,
    searchUntil: at + searchBudgetMs,
    dueAt: at + RETRY_MS,
    endedAt: null,
    reason: null,
    offer: null,
    tried: [],
    attempts: 0,
    events: [{ tripId, version: 1, type, state, at, actor, data: {} }],
    commandIds: [],
  };
}

export function newOffer(
  { _id, attempts }: Trip,
  made: { driverId: DriverId; distanceMetres: number; at: number; windowMs: number },
): TripOffer {
  const { driverId, distanceMetres, at, windowMs } = made;
  return {
    offerId: `${_id}_${attempts + 1}` as OfferId,
    driverId,
    offeredAt: at,
    expiresAt: at + windowMs,
    distanceMetres,
    etaSeconds: Math.round(crowFlySeconds(distanceMetres)),
  };
}

/** Without a fare: money is not part of the baseline. */
export const offerMessage = (
  trip: Trip,
  { offerId, etaSeconds, distanceMetres, expiresAt }: TripOffer,
): Offer => ({
  offerId,
  tripId: trip._id,
  pickup: trip.pickup,
  dropoff: trip.dropoff,
  stops: [...trip.stops],
  etaSeconds,
  distanceMetres,
  fareMinor: 0,
  currency: 'USD',
  queued: false,
  expiresAt,
});

export function tripOfOffer(offerId: OfferId): TripId {
  return offerId.slice(0, Math.max(0, offerId.lastIndexOf('_'))) as TripId;
}
