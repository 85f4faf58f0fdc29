import type { RoundTrips } from './profiles.ts';

/** A quantile function: the delay that this share of data stays below, ms. */
export type Quantiles = readonly (readonly [share: number, ms: number])[];

const SHARES = [0, 0.5, 0.95, 0.99, 1] as const;
/** Points per segment of the quantile function in the calibration, and how often it is refined. */
const POINTS = 16;
const ROUNDS = 25;

/**
 * Delays of one direction such that the sum of two independent ones has the quantiles of the round trip. A proxy does not know which answer
 * belongs to which request, so each direction is delayed by itself; half of the round trip's quantiles in each direction would make long
 * round trips too rare, since both halves are seldom long together.
 */
export function oneWayDelays({ least, p50, p95, p99, most }: RoundTrips): Quantiles {
  if (most === 0) return SHARES.map((share) => [share, 0] as const);
  const wanted = [p50, p95, p99];
  // What is long is long in one direction, so `most` is the longest delay of one direction.
  const knots = [least / 2, p50 / 2, p95 * 0.7, p99 * 0.85, most - least / 2];
  for (let round = 0; round < ROUNDS; round++) {
    const reached = quantilesOfSum(quantilesOf(knots), SHARES.slice(1, 4));
    for (const [index, target] of wanted.entries()) {
      const knot = knots[index + 1] ?? 0;
      const moved = knot * (target / (reached[index] ?? target)) ** 0.7;
      knots[index + 1] = Math.min(most, Math.max(moved, (knots[index] ?? 0) * 1.001));
    }
  }
  return quantilesOf(knots);
}

/** The delay at this share, ms: straight in the logarithm between two knots, as delays spread by factors. */
export function delayAt(quantiles: Quantiles, share: number): number {
  for (let index = 1; index < quantiles.length; index++) {
    const [to, high] = quantiles[index] as readonly [number, number];
    if (share > to) continue;
    const [from, low] = quantiles[index - 1] as readonly [number, number];
    const part = to === from ? 1 : (share - from) / (to - from);
    if (low <= 0 || high <= 0) return low + (high - low) * part;
    return low * (high / low) ** part;
  }
  return quantiles.at(-1)?.[1] ?? 0;
}

function quantilesOf(knots: readonly number[]): Quantiles {
  return SHARES.map((share, index) => [share, knots[index] ?? 0] as const);
}

/** Quantiles of the sum of two independent delays, from all pairs of points, each with its weight. */
function quantilesOfSum(quantiles: Quantiles, shares: readonly number[]): number[] {
  const points: { ms: number; weight: number }[] = [];
  for (let index = 1; index < quantiles.length; index++) {
    const [from] = quantiles[index - 1] as readonly [number, number];
    const [to] = quantiles[index] as readonly [number, number];
    for (let point = 0; point < POINTS; point++) {
      const share = from + ((to - from) * (point + 0.5)) / POINTS;
      points.push({ ms: delayAt(quantiles, share), weight: (to - from) / POINTS });
    }
  }
  const sums = points.flatMap((a) => points.map((b) => ({ ms: a.ms + b.ms, weight: a.weight * b.weight })));
  sums.sort((a, b) => a.ms - b.ms);
  const found: number[] = [];
  let below = 0;
  for (const { ms, weight } of sums) {
    below += weight;
    while (found.length < shares.length && below >= (shares[found.length] ?? 1)) found.push(ms);
  }
  return found;
}
