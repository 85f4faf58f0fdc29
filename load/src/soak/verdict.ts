import { mean, quantile } from '../bench/spread.ts';
/** One quantity of one program over a soak. */
export interface Series {
  /** Hours since the load began. */
  readonly hours: readonly number[];
  readonly values: readonly number[];
}

/** Medians of the quarters of a soak: the first one warms up and is not compared. */
export interface Quarters {
  readonly first: number;
  readonly second: number;
  readonly last: number;
}

/** Memory of the last quarter may be at most this many times that of the second. */
export const RSS_GROWTH = 1.1;
/** Open file descriptors of the two quarters may differ by this many. */
export const FDS_APART = 5;

export function quartersOf({ values }: Series): Quarters {
  const quarter = Math.floor(values.length / 4);
  return {
    first: medianOf(values.slice(0, Math.max(1, quarter))),
    second: medianOf(values.slice(quarter, Math.max(quarter + 1, 2 * quarter))),
    last: medianOf(values.slice(Math.min(values.length - 1, 3 * quarter))),
  };
}

/** Least squares from the second quarter on; NaN for fewer than two samples. */
export function slopePerHour({ hours, values }: Series): number {
  const from = Math.floor(values.length / 4);
  const [x, y] = [hours.slice(from), values.slice(from)];
  const [meanX, meanY] = [mean(x), mean(y)];
  let [above, below] = [0, 0];
  x.forEach((hour, n) => {
    above += (hour - meanX) * ((y[n] ?? 0) - meanY);
    below += (hour - meanX) ** 2;
  });
  return below === 0 ? Number.NaN : above / below;
}

export function isFlat({ rss, fds }: { rss: Quarters; fds: Quarters }): boolean {
  return rss.last <= rss.second * RSS_GROWTH && Math.abs(fds.last - fds.second) <= FDS_APART;
}

const medianOf = (values: readonly number[]) => quantile(values, 0.5);
