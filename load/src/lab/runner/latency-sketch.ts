import type { Percentiles } from '../run-report.ts';

/**
 * A distribution of latencies in ms as Artillery keeps it: a DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile
 * sketch", VLDB 2019), whose bins are given by their representative values, each within 1 % of what was measured. Sketches of several
 * intervals and of several generators can be added without loss, which percentiles cannot.
 */
export interface LatencySketch {
  readonly count: number;
  readonly max: number;
  /** Representative value and count of every bin that is not empty, in any order. */
  readonly bins: readonly (readonly [valueMs: number, count: number])[];
}

const EMPTY: Percentiles = { count: 0, p50: null, p90: null, p95: null, p99: null, p999: null, max: null };

export function addSketches(sketches: readonly LatencySketch[]): LatencySketch {
  const bins = new Map<number, number>();
  for (const sketch of sketches)
    for (const [value, count] of sketch.bins) bins.set(value, (bins.get(value) ?? 0) + count);
  return {
    count: sketches.reduce((sum, { count }) => sum + count, 0),
    max: sketches.reduce((most, { count, max }) => (count > 0 ? Math.max(most, max) : most), 0),
    bins: [...bins].sort(([a], [b]) => a - b),
  };
}

/** Percentiles in ms, rounded to a microsecond; all null for a sketch without a measurement. */
export function percentilesOf(sketch: LatencySketch): Percentiles {
  if (sketch.count === 0) return EMPTY;
  const bins = [...sketch.bins].sort(([a], [b]) => a - b);
  const at = (q: number) => rounded(Math.min(sketch.max, valueAt(bins, q, sketch.count)));
  return {
    count: sketch.count,
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: rounded(sketch.max),
  };
}

/** The value of the sample with rank q × (count − 1), as DDSketch defines its quantiles. */
function valueAt(bins: readonly (readonly [number, number])[], q: number, count: number): number {
  const rank = q * (count - 1);
  let below = 0;
  let last = 0;
  for (const [value, size] of bins) {
    below += size;
    last = value;
    if (below > rank) return value;
  }
  return last;
}

const rounded = (ms: number) => Math.max(0, Math.round(ms * 1000) / 1000);
