import type { Points } from '../run-report.ts';

/** First, lowest, highest and last value of a bucket, and its first gap. */
const KEPT_PER_BUCKET = 5;

/**
 * At most `most` points of a series that is sorted by time. The time is divided into equal buckets; of each the first, the lowest, the
 * highest and the last value are kept, and one null where the bucket has a gap, so that no peak and no gap disappears. (The four values
 * are those of M4: Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014, which draws the same pixels
 * as the whole series at one bucket a pixel.) Points are never averaged and never moved.
 */
export function downsample(points: Points, most: number): Points {
  if (points.length <= most) return points;
  const buckets = Math.max(1, Math.floor(most / KEPT_PER_BUCKET));
  const from = points[0]?.[0] ?? 0;
  const widthMs = ((points.at(-1)?.[0] ?? 0) - from) / buckets;
  const kept: Points = [];
  let begin = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const last = bucket === buckets - 1;
    let end = begin;
    while (end < points.length && (last || (points[end]?.[0] ?? 0) < from + (bucket + 1) * widthMs)) end++;
    for (const at of keptOf(points, begin, end)) {
      const point = points[at];
      if (point !== undefined) kept.push(point);
    }
    begin = end;
  }
  return kept;
}

/** The indices that are kept of points[begin] to points[end - 1], ascending. */
function keptOf(points: Points, begin: number, end: number): readonly number[] {
  let first = -1;
  let last = -1;
  let lowest = -1;
  let highest = -1;
  let gap = -1;
  for (let at = begin; at < end; at++) {
    const value = points[at]?.[1] ?? null;
    if (value === null) {
      if (gap === -1) gap = at;
      continue;
    }
    if (first === -1) first = at;
    last = at;
    if (lowest === -1 || value < (points[lowest]?.[1] ?? 0)) lowest = at;
    if (highest === -1 || value > (points[highest]?.[1] ?? 0)) highest = at;
  }
  return [...new Set([first, lowest, highest, last, gap])].filter((at) => at !== -1).sort((a, b) => a - b);
}
