import type { RestClient } from '@rideline/sdk/rider';
import type { Point } from '../location/place.ts';

export type Tier = 'standard' | 'comfort' | 'xl';

/** What a ride of one tier would cost. */
export interface Quote {
  readonly tier: Tier;
  readonly currency: string;
  readonly estimateMinor: number;
  /** After the best promotion. */
  readonly fareMinor: number;
  readonly promotion: string | null;
}

/** Quotes of the open tiers, lowest first. @throws the API's problem; TypeError without a network */
export async function readQuotes(rest: RestClient, pickup: Point, dropoff: Point): Promise<Quote[]> {
  const catalogue = await rest.GET('/v1/catalogue');
  if (catalogue.data === undefined) throw catalogue.error;
  const open = catalogue.data.tiers.filter(({ open }) => open);
  const quotes = await Promise.all(open.map(({ tier }) => readQuote(rest, pickup, dropoff, tier)));
  return quotes.filter((quote) => quote !== null);
}

async function readQuote(rest: RestClient, pickup: Point, dropoff: Point, tier: Tier): Promise<Quote | null> {
  const query = {
    pickupLat: pickup.lat,
    pickupLng: pickup.lng,
    dropoffLat: dropoff.lat,
    dropoffLng: dropoff.lng,
    tier,
  };
  const { data, error } = await rest.GET('/v1/fares', { params: { query } });
  if (data !== undefined) return data;
  // Closed since the catalogue was read.
  if (error.code === 'CONFLICT') return null;
  throw error;
}
