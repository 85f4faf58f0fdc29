import type { Offer } from '@rideline/contract';
import { DEFAULT_CURRENCY } from '../settings/currency.ts';
import type { TripOffer } from './trip.ts';
import type { StoredTrip } from './trip-collection.ts';
import { fareOf } from './trip-fare.ts';

/** An offer in the form sent to the driver's phone. */
export function offerMessage(trip: StoredTrip, offer: TripOffer): Offer {
  const { minor, currency } = fareOf(trip, DEFAULT_CURRENCY);
  return {
    offerId: offer.offerId,
    tripId: trip._id,
    pickup: trip.pickup,
    dropoff: trip.dropoff,
    stops: [...trip.stops],
    etaSeconds: offer.etaSeconds,
    distanceMetres: offer.distanceMetres,
    fareMinor: minor,
    currency,
    queued: offer.slot === 'queued',
    expiresAt: offer.expiresAt,
  };
}
