import type { Offer } from '@rideline/contract';
import { estimateFareMinor, TARIFFS } from '../pricing/fare.ts';
import { DEFAULT_CURRENCY } from '../settings/currency.ts';
import type { TripOffer } from './trip.ts';
import type { StoredTrip } from './trip-collection.ts';

/** An offer in the form sent to the driver's phone. */
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
    currency: DEFAULT_CURRENCY,
    queued: offer.slot === 'queued',
    expiresAt: offer.expiresAt,
  };
}
