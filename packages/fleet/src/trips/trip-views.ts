import {
  type TripAttention,
  type TripSummary,
  type TripView,
  toIsoTime,
  toIsoTimeOrNull,
} from '@rideline/contract';
import {
  type DriverSilence,
  endedAt,
  endReason,
  fareReview,
  isFareReviewOpen,
  openOffers,
  stateName,
  type TripOffer,
} from './trip.ts';
import type { StoredTrip } from './trip-collection.ts';

function offerView(offer: TripOffer): NonNullable<TripView['offers']>[number] {
  const { offerId, driverId, state, offeredAt, expiresAt, etaSeconds, distanceMetres } = offer;
  return {
    offerId,
    driverId,
    state,
    offeredAt: toIsoTime(offeredAt),
    expiresAt: toIsoTime(expiresAt),
    endedAt: toIsoTimeOrNull(offer.endedAt),
    etaSeconds,
    distanceMetres,
  };
}

/** The silence of an open trip: a process of an older version ends a trip without removing it. */
function silenceOf({ silence, open }: StoredTrip): DriverSilence | undefined {
  return open ? silence : undefined;
}

/** What an operator must look at; null when nothing. */
function attentionOf(trip: StoredTrip): TripAttention | null {
  if (silenceOf(trip) !== undefined) return 'driver_silent';
  return isFareReviewOpen(trip.state) ? 'fare_review' : null;
}

/** When the driver, who is silent or was at the end of the ride, was last heard, domain ms. */
function silentSince(trip: StoredTrip): number | null {
  return silenceOf(trip)?.since ?? fareReview(trip.state)?.heardAt ?? null;
}

/** A trip for REST. @param withOffers include its offers: for operators and admins only */
export function viewOf(trip: StoredTrip, withOffers: boolean): TripView {
  const { state } = trip;
  return {
    tripId: trip._id,
    riderId: trip.riderId,
    driverId: trip.driverId ?? null,
    state: stateName(state),
    version: trip.version,
    open: trip.open,
    slot: trip.slot ?? null,
    tier: trip.tier,
    pickup: trip.pickup,
    dropoff: trip.dropoff,
    stops: [...trip.stops],
    requestedAt: toIsoTime(trip.createdAt),
    scheduledAt: toIsoTimeOrNull(trip.scheduledAt),
    endedAt: toIsoTimeOrNull(endedAt(state)),
    reason: endReason(state),
    attention: attentionOf(trip),
    driverSilentSince: toIsoTimeOrNull(silentSince(trip)),
    riderMayEnd: silenceOf(trip)?.riderMayEnd ?? false,
    fare: trip.fare === undefined ? null : { assumed: false, ...trip.fare },
    ...(withOffers ? { offers: trip.offers.map(offerView) } : {}),
  };
}

/** A trip for the operators' page. */
export function summaryOf(trip: StoredTrip): TripSummary {
  const { state } = trip;
  return {
    tripId: trip._id,
    version: trip.version,
    state: stateName(state),
    riderId: trip.riderId,
    driverId: trip.driverId ?? null,
    slot: trip.slot ?? null,
    tier: trip.tier,
    pickup: trip.pickup,
    dropoff: trip.dropoff,
    stops: [...trip.stops],
    requestedAt: trip.createdAt.getTime(),
    endedAt: endedAt(state),
    reason: endReason(state),
    attention: attentionOf(trip),
    driverSilentSince: silentSince(trip),
    offers: openOffers(trip).map(({ offerId, driverId, expiresAt, etaSeconds }) => ({
      offerId,
      driverId,
      expiresAt,
      etaSeconds,
    })),
  };
}
