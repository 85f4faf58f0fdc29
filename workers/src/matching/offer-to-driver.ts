import type { DriverId, OfferId } from '@rideline/contract';
import type { DriverClaims } from '@rideline/fleet/live/driver-claims';
import { offerIdOf, type TripOffer, type TripSlot } from '@rideline/fleet/trips/trip';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import { offerTrip } from '@rideline/fleet/trips/trip-commands';
import { TRIP_RULES } from '@rideline/fleet/trips/trip-rules';
import type { TripStore } from '@rideline/fleet/trips/trip-store';

/** One planned pair of trip and driver. */
export interface Assignment {
  readonly trip: StoredTrip;
  readonly driverId: DriverId;
  readonly slot: TripSlot;
  readonly etaSeconds: number;
  readonly distanceMetres: number;
}

/**
 * Result of offering an assignment. offered: with the trip as it is now · claim_failed: the driver is held or on a trip · offer_limit,
 * cooling_down: as in `ClaimResult` · trip_gone: the trip has changed · unknown: a server did not answer, so the offer may or may not have been written.
 */
export type OfferResult =
  | { readonly outcome: 'offered'; readonly trip: StoredTrip; readonly offer: TripOffer }
  | { readonly outcome: 'claim_failed' | 'trip_gone' }
  | { readonly outcome: 'offer_limit' | 'cooling_down'; readonly waitMs: number }
  | { readonly outcome: 'unknown'; readonly error: Error };

interface OfferParts {
  readonly tripStore: TripStore;
  readonly claims: DriverClaims;
  /** Time that the driver has to answer, domain ms. */
  readonly offerWindowMs: number;
}

/** A claim outlives its offer by this long, wall ms, so that it is still valid when the relay processes the answer. */
const CLAIM_MARGIN_MS = 10_000;

/** Claims the driver, then writes the offer with one conditional write. When the outcome of the write is unknown, the claim is kept. */
export async function offerToDriver(
  { tripStore, claims, offerWindowMs }: OfferParts,
  assignment: Assignment,
): Promise<OfferResult> {
  const { trip, driverId, slot } = assignment;
  const offerId = offerIdOf(trip._id, trip.offers.length + 1);
  const windowMs = (offerWindowMs + TRIP_RULES.offerGraceMs) / tripStore.clock.rate;
  const leaseMs = windowMs + CLAIM_MARGIN_MS;
  try {
    const { riderId } = trip;
    const claim = await claims.claim(driverId, { offerId, riderId, leaseMs, queued: slot === 'queued' });
    if (claim.outcome === 'held') return { outcome: 'claim_failed' };
    if (claim.outcome !== 'granted') return claim;
    const applied = await offerTrip(
      tripStore,
      trip._id,
      (now) => offerOf(assignment, now, offerId, { tripStore, offerWindowMs }),
      trip,
    );
    const offer = applied?.trip.offers.find((one) => one.offerId === offerId);
    if (applied && offer) return { outcome: 'offered', trip: applied.trip, offer };
    await claims.release(driverId, offerId, false);
    return { outcome: 'trip_gone' };
  } catch (error) {
    return { outcome: 'unknown', error: error as Error };
  }
}

/** null when the trip has got another offer in between: then this driver was chosen for an older state of the trip. */
function offerOf(
  { driverId, slot, etaSeconds, distanceMetres }: Assignment,
  trip: StoredTrip,
  offerId: OfferId,
  { tripStore: { clock }, offerWindowMs }: Pick<OfferParts, 'tripStore' | 'offerWindowMs'>,
): TripOffer | null {
  const attempt = trip.offers.length + 1;
  if (offerIdOf(trip._id, attempt) !== offerId) return null;
  const offeredAt = Math.round(clock.domainMs());
  return {
    offerId,
    driverId,
    attempt,
    slot,
    state: 'open',
    offeredAt,
    expiresAt: offeredAt + offerWindowMs,
    etaSeconds: Math.round(etaSeconds),
    distanceMetres: Math.round(distanceMetres),
  };
}
