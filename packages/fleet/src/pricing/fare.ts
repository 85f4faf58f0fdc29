import { minorDigits, type Point, type Tier } from '@rideline/contract';
import { distanceMetres } from '../geo/distance.ts';
import { DEFAULT_CURRENCY } from '../settings/currency.ts';
import { unitsPerDollar } from './exchange-rates.ts';

/** Rates of the estimated fare of a ride. Money: the currency's minor units; only the amounts, not the rates, are integers. */
export interface Tariff {
  readonly currency: string;
  readonly baseMinor: number;
  readonly perKmMinor: number;
  readonly perMinuteMinor: number;
  readonly minimumMinor: number;
}

/** An amount, with the currency in which it was made. */
export interface Money {
  /** An integer. */
  readonly minor: number;
  /** ISO 4217 */
  readonly currency: string;
}

/**
 * Base, distance and time of Chicago's taxis, fitted to 9,716 real fares from a sample of the City of Chicago's public "Taxi Trips" data
 * (2.36 + 0.94 a mile + 0.485 a minute, R² 0.878): a plausible default, to be replaced by the operator's own.
 */
export const DEFAULT_TARIFF: Tariff = {
  currency: DEFAULT_CURRENCY,
  baseMinor: 236,
  perKmMinor: 94 / 1.609344,
  perMinuteMinor: 48.5,
  minimumMinor: 500,
};

/** 1.5 times for a better car, 2 times for a larger one: guesses, to be replaced like the default itself. */
const TIER_FACTOR: Readonly<Record<Tier, number>> = { standard: 1, comfort: 1.5, xl: 2 };

/** The tariff of a tier in a currency: the default one at a rounded exchange rate, in the currency's own minor units (JPY has no decimals, KWD three). */
export function tariffOf(tier: Tier, currency: string): Tariff {
  const factor =
    TIER_FACTOR[tier] *
    unitsPerDollar(currency) *
    10 ** (minorDigits(currency) - minorDigits(DEFAULT_TARIFF.currency));
  return {
    currency,
    baseMinor: Math.round(DEFAULT_TARIFF.baseMinor * factor),
    perKmMinor: DEFAULT_TARIFF.perKmMinor * factor,
    perMinuteMinor: DEFAULT_TARIFF.perMinuteMinor * factor,
    minimumMinor: Math.round(DEFAULT_TARIFF.minimumMinor * factor),
  };
}

/** Length of the road over the crow-fly distance (median of trace_m over the distance, derived trips of 6 June: 1.3). */
const DETOUR = 1.3;
/** Median crow-fly speed of the stored trips, m/s (docs/design/matching.md, "ETA"). */
const CROW_FLY_SPEED = 4.5;

/** Estimated fare of a ride along these points, in order: an integer of the tariff's minor units. */
export function estimateFareMinor(route: readonly Point[], tariff: Tariff = DEFAULT_TARIFF): number {
  let metres = 0;
  for (let index = 1; index < route.length; index += 1) {
    const [from, to] = [route[index - 1] as Point, route[index] as Point];
    metres += distanceMetres(from.lat, from.lng, to.lat, to.lng);
  }
  const km = (metres * DETOUR) / 1000;
  const minutes = metres / CROW_FLY_SPEED / 60;
  const minor = tariff.baseMinor + tariff.perKmMinor * km + tariff.perMinuteMinor * minutes;
  return Math.max(tariff.minimumMinor, Math.round(minor));
}

/** Estimated fare of a ride of a tier along these points, in a currency. */
export function estimateFare(route: readonly Point[], tier: Tier, currency: string): Money {
  return { minor: estimateFareMinor(route, tariffOf(tier, currency)), currency };
}
