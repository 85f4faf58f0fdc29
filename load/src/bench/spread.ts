/** Least, median and greatest of some runs; all NaN without a run. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2 === 1
      ? sorted[middle]
      : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
  return { min: sorted[0] ?? Number.NaN, median: median ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** Ratios round by round: the runs of one round are neighbours in time, so what slows the machine down slows both. */
export function ratioByRound(above: readonly number[], below: readonly number[]): Spread {
  const rounds = Math.min(above.length, below.length);
  return spreadOf(above.slice(0, rounds).map((value, round) => value / (below[round] ?? Number.NaN)));
}

/** The value below which the share `q` of a sample lies; NaN for an empty sample. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function spreadText({ min, median, max }: Spread, digits = 1): string {
  if (Number.isNaN(median)) return '–';
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

/** Of one figure of each run. */
export const sumOver = <Run>(runs: readonly Run[], figure: (run: Run) => number): number =>
  runs.reduce((sum, run) => sum + figure(run), 0);

/** NaN for an empty sample. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
