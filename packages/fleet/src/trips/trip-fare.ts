import type { Point, Tier } from '@rideline/contract';
import { estimateFare, type Money } from '../pricing/fare.ts';
import { DEFAULT_CURRENCY } from '../settings/currency.ts';

/** The estimated fare of a trip. `assumed`: it was not stored with the request, and its currency is the one that was in force later. */
export interface TripFare extends Money {
  readonly assumed?: true;
}

interface Ride {
  readonly pickup: Point;
  readonly dropoff: Point;
  readonly stops: readonly Point[];
  readonly tier: Tier;
}

/** The estimate of a ride that is requested now. */
export function newFare({ pickup, dropoff, stops, tier }: Ride, currency: string): TripFare {
  return estimateFare([pickup, ...stops, dropoff], tier, currency);
}

/**
 * The fare of a stored trip. Trips without one were requested before fares were stored: the amount is the one that exports had until then, the
 * default tariff's number, labelled with `currency`.
 */
export function fareOf(trip: Ride & { readonly fare?: TripFare }, currency: string): TripFare {
  return trip.fare ?? { minor: newFare(trip, DEFAULT_CURRENCY).minor, currency, assumed: true };
}
