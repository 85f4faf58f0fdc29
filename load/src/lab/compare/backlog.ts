import { DRAINED_SHARE } from '../drained.ts';
import type { Points } from '../run-report.ts';

export interface Backlog {
  readonly peak: number;
  /** From the peak until the backlog was at most `DRAINED_SHARE` of it; null when that did not happen within the run. */
  readonly drainedAfterMs: number | null;
}

/** Null when nothing was measured. */
export function backlogOf(points: Points): Backlog | null {
  let peak: number | null = null;
  let peakAtMs = 0;
  for (const [atMs, value] of points) {
    if (value === null || (peak !== null && value <= peak)) continue;
    peak = value;
    peakAtMs = atMs;
  }
  if (peak === null) return null;
  if (peak === 0) return { peak, drainedAfterMs: 0 };
  const most = peak * DRAINED_SHARE;
  const drained = points.find(([atMs, value]) => atMs > peakAtMs && value !== null && value <= most);
  return { peak, drainedAfterMs: drained ? drained[0] - peakAtMs : null };
}
