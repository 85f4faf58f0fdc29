/** How many fixes were stored at a time. */
export interface StoredSample {
  readonly atMs: number;
  readonly fixes: number;
}

/**
 * Fixes per second between the first sample that reached `from` and the first that reached `to`; NaN when these are not two samples. A rate
 * over the whole time would include the wait for the last blocks, which are not full and are written when they are 5 s old.
 */
export function steadyRate(samples: readonly StoredSample[], from: number, to: number): number {
  const first = samples.find(({ fixes }) => fixes >= from);
  const last = samples.find(({ fixes }) => fixes >= to);
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return Number.NaN;
  return ((last.fixes - first.fixes) * 1000) / (last.atMs - first.atMs);
}
