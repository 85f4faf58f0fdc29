import type { Points } from './run-report.ts';

/**
 * A backlog counts as drained at this share of its peak. A tenth and not less: while the load goes on a few entries always wait, so that a
 * smaller share of an ordinary peak is never reached.
 */
const DRAINED_SHARE = 0.1;

/** For texts: `10 %`. */
export const DRAINED_TEXT = `${100 * DRAINED_SHARE} %`;

export interface Backlog {
  readonly peak: number;
  /** From the last time of the peak until the backlog was at most `DRAINED_SHARE` of it; null when that did not happen within the run. */
  readonly drainedAfterMs: number | null;
}

/** The resolution is that of the samples. Null when nothing was measured. */
export function backlogOf(points: Points): Backlog | null {
  const measured = points.filter((point): point is [number, number] => point[1] !== null);
  if (measured.length === 0) return null;
  const peak = measured.reduce((most, [, value]) => Math.max(most, value), 0);
  if (peak === 0) return { peak, drainedAfterMs: 0 };
  const from = measured.findLastIndex(([, value]) => value === peak);
  const drained = measured.slice(from).find(([, value]) => value <= peak * DRAINED_SHARE);
  const fromMs = measured[from]?.[0] ?? 0;
  return { peak, drainedAfterMs: drained === undefined ? null : drained[0] - fromMs };
}
