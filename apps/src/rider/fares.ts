import type { RestClient } from '@rideline/sdk/rider';
import type { Point } from '../location/place.ts';
import { type Home, readHome } from './home.ts';

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

/**
 * Quotes of the open tiers, lowest first.
 * @param home null: not read yet
 * @throws the API's problem; TypeError without a network
 */
export async function readQuotes(
  rest: RestClient,
  home: Home | null,
  pickup: Point,
  dropoff: Point,
): Promise<Quote[]> {
  const { tiers } = home ?? (await readHome(rest, null));
  const quotes = await Promise.all(tiers.map(({ tier }) => readQuote(rest, pickup, dropoff, tier)));
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
  // Closed since the tiers were read.
  if (error.code === 'CONFLICT') return null;
  throw error;
}
