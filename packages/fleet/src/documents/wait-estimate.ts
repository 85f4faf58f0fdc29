/** State of a queue when a job is added to it. */
export interface QueueOutlook {
  /** Jobs ahead of it. */
  readonly ahead: number;
  /** Jobs that the limiter lets start per minute. */
  readonly perMinute: number;
  /** Jobs started per second while others waited; null without a recent measurement. */
  readonly drainPerSecond: number | null;
}

/**
 * Time until a worker starts a job, ms: the jobs ahead of it ÷ the smaller of the limiter's rate and the measured rate of the workers.
 * Without a measurement (no jobs waited lately, or there is no worker) the limiter's rate is used.
 */
export function estimateWaitMs({ ahead, perMinute, drainPerSecond }: QueueOutlook): number {
  const allowed = perMinute / 60;
  const perSecond = drainPerSecond === null ? allowed : Math.min(allowed, drainPerSecond);
  return Math.ceil((ahead / perSecond) * 1000);
}

/** Seconds over which the rate is measured: enough jobs for a mean, short enough to follow a change. */
export const DRAIN_WINDOW_SECONDS = 20;
/** A rate over fewer seconds is too noisy. */
const LEAST_SECONDS = 3;

/**
 * The rate at which jobs of a queue were started, per second; only over whole seconds during which jobs waited, because an idle worker is
 * not a slow one.
 * @param startsOf number of starts in a second (epoch seconds)
 * @param busySinceMs time since which the queue has never been empty; null when no jobs wait
 * @returns null when there is not enough data
 */
export function drainRate(
  startsOf: (second: number) => number,
  busySinceMs: number | null,
  nowMs: number,
): number | null {
  if (busySinceMs === null) return null;
  const thisSecond = Math.floor(nowMs / 1000);
  const first = Math.max(Math.floor(busySinceMs / 1000) + 1, thisSecond - DRAIN_WINDOW_SECONDS);
  const seconds = thisSecond - first;
  if (seconds < LEAST_SECONDS) return null;
  let starts = 0;
  for (let second = first; second < thisSecond; second += 1) starts += startsOf(second);
  return starts === 0 ? null : starts / seconds;
}
