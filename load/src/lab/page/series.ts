import type { LatencyRecord, Points } from '../run-report.ts';

/** A silence this many times as long as the usual interval is a gap. */
const GAP_FACTOR = 3;

export interface SeriesSummary {
  readonly count: number;
  readonly lowest: number | null;
  readonly mean: number | null;
  readonly highest: number | null;
  readonly last: number | null;
}

/** Of the points with a value; all null when there is none. */
export function summaryOf(points: Points): SeriesSummary {
  let count = 0;
  let sum = 0;
  let lowest: number | null = null;
  let highest: number | null = null;
  let last: number | null = null;
  for (const [, value] of points) {
    if (value === null) continue;
    count++;
    sum += value;
    last = value;
    if (lowest === null || value < lowest) lowest = value;
    if (highest === null || value > highest) highest = value;
  }
  return { count, lowest, mean: count === 0 ? null : sum / count, highest, last };
}

/** The usual distance of two points, in milliseconds; null with fewer than two points. */
export function usualIntervalMs(points: readonly (readonly [number, ...unknown[]])[]): number | null {
  const distances = points.slice(1).map(([atMs], at) => atMs - (points[at]?.[0] ?? 0));
  distances.sort((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] ?? null;
}

/** Adds a null where a series is silent for long, so that a plot shows a gap there and no straight line. */
export function withGaps(points: Points): Points {
  const usual = usualIntervalMs(points);
  if (usual === null || usual === 0) return points;
  const result: Points = [];
  for (const point of points) {
    const before = result.at(-1);
    if (before && point[0] - before[0] > GAP_FACTOR * usual && before[1] !== null && point[1] !== null)
      result.push([before[0] + usual, null]);
    result.push(point);
  }
  return result;
}

export type PercentileName = 'p50' | 'p90' | 'p95' | 'p99' | 'p999' | 'max';

export const percentileOverTime = (latency: LatencyRecord, percentile: PercentileName): Points =>
  latency.overTime.map((entry) => [entry.atMs, entry[percentile]]);

/**
 * The sum of several series that need not have the same times: each interval has the sum of the means that the series have in it, null
 * where none of them has a value. A series that has ended adds nothing.
 */
export function sumOverTime(all: readonly Points[]): Points {
  const intervals = all.map(usualIntervalMs).filter((interval) => interval !== null && interval > 0);
  const intervalMs = Math.max(1, ...intervals.map(Number));
  const sums = new Map<number, number | null>();
  for (const points of all) {
    const means = new Map<number, { sum: number; count: number }>();
    for (const [atMs, value] of points) {
      const at = Math.floor(atMs / intervalMs);
      if (!sums.has(at)) sums.set(at, null);
      if (value === null) continue;
      const mean = means.get(at) ?? { sum: 0, count: 0 };
      means.set(at, { sum: mean.sum + value, count: mean.count + 1 });
    }
    for (const [at, { sum, count }] of means) sums.set(at, (sums.get(at) ?? 0) + sum / count);
  }
  return [...sums].sort(([a], [b]) => a - b).map(([at, value]) => [at * intervalMs, value]);
}

/** What a table shows of an interval: the highest value (a peak must not disappear), or the mean of a rate. */
export type TableValue = 'highest' | 'mean';

/** One value for each of `rows` equal parts of the run; null where nothing was measured. */
export function valuesByInterval(
  points: Points,
  durationMs: number,
  rows: number,
  kind: TableValue,
): readonly (number | null)[] {
  const parts: Points[] = Array.from({ length: rows }, () => []);
  for (const point of points) {
    const at = Math.min(rows - 1, Math.floor((point[0] / Math.max(1, durationMs)) * rows));
    parts[at]?.push(point);
  }
  return parts.map((part) => summaryOf(part)[kind]);
}
