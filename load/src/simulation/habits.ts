import { uniformOf } from './seeded-random.ts';

/** What a driver does with an offer, domain ms after it arrived. */
export type OfferHabit =
  | { readonly kind: 'accept' | 'decline'; readonly afterMs: number }
  /** Ignores the offer until it expires. */
  | { readonly kind: 'miss' };

/**
 * How people behave. Everything follows from the seed, the person and how often they were asked before, in whatever order it is asked for: ids
 * of trips and offers differ in each run.
 */
export interface Habits {
  /** @param number 1 for the driver's first offer */
  onOffer(driverId: string, number: number): OfferHabit;
  /** Domain ms after the request at which a rider cancels; null: never. */
  riderCancelsAfter(riderId: string): number | null;
  /** Domain ms at the kerb until the rider is in the car. @param ride 1 for the driver's first ride */
  boardingMs(driverId: string, ride: number): number;
}

/** Assumed shares, so that every outcome of an offer occurs: most drivers accept within seconds, some decline, a few let it expire. */
const ACCEPT = 0.85;
const DECLINE = 0.1;
const ANSWER_MS = [1000, 6000] as const;
const RIDER_CANCELS = 0.03;
const CANCEL_MS = [5000, 60_000] as const;
const BOARDING_MS = [10_000, 60_000] as const;

/** Uniform in [0, 1), from FNV-1a over the words: the same for the same seed and words, in whatever order it is called. */
function chance(seed: number, ...words: readonly string[]): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const character of words.join(' ')) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  }
  return uniformOf(hash);
}

export function seededHabits(seed: number): Habits {
  const between = ([from, to]: readonly [number, number], share: number) => from + (to - from) * share;
  return {
    onOffer(driverId, number) {
      const what = chance(seed, 'offer', driverId, String(number));
      if (what >= ACCEPT + DECLINE) return { kind: 'miss' };
      const afterMs = between(ANSWER_MS, chance(seed, 'answer', driverId, String(number)));
      return { kind: what < ACCEPT ? 'accept' : 'decline', afterMs };
    },
    riderCancelsAfter(riderId) {
      if (chance(seed, 'rider', riderId) >= RIDER_CANCELS) return null;
      return between(CANCEL_MS, chance(seed, 'gives up', riderId));
    },
    boardingMs: (driverId, ride) => between(BOARDING_MS, chance(seed, 'boarding', driverId, String(ride))),
  };
}
