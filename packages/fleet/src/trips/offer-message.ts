import type { Offer } from '@rideline/contract';
import { DEFAULT_TARIFF, estimateFareMinor, TARIFFS } from '../pricing/fare.ts';
import type { StoredTrip } from '../store/models.ts';
import type { TripOffer } from './trip.ts';

/** An offer as the driver's phone gets it. */
export function offerMessage(trip: StoredTrip, offer: TripOffer): Offer {
  return {
    offerId: offer.offerId,
    tripId: trip._id,
    pickup: trip.pickup,
    dropoff: trip.dropoff,
    stops: [...trip.stops],
    etaSeconds: offer.etaSeconds,
    distanceMetres: offer.distanceMetres,
    fareMinor: estimateFareMinor([trip.pickup, ...trip.stops, trip.dropoff], TARIFFS[trip.tier]),
    currency: DEFAULT_TARIFF.currency,
    queued: offer.slot === 'queued',
    expiresAt: offer.expiresAt,
  };
}
