/** When a rate counts as held, in every bench that looks for one. */

/** A rider who sees the car later than this, in one position of a hundred, sees it jump. */
export const RIDER_P99_LIMIT_MS = 500;
/** With a larger share of late frames the generator did not hold its own rate. */
export const LATE_SHARE_LIMIT = 0.001;

/**
 * Why riders were not served at a rate: nothing when they were.
 * @param riderP99Ms NaN when no position arrived
 */
export function riderReasons(riderP99Ms: number): string[] {
  if (Number.isNaN(riderP99Ms)) return ['no position reached a rider'];
  return riderP99Ms < RIDER_P99_LIMIT_MS ? [] : [`rider p99 ${riderP99Ms.toFixed(0)} ms`];
}

export function lateReasons(frames: { readonly sent: number; readonly late: number }): string[] {
  const share = frames.late / Math.max(1, frames.sent + frames.late);
  return share < LATE_SHARE_LIMIT ? [] : [`${(100 * share).toFixed(1)} % late in the generator`];
}
