/** What is known of a queue when a job is added to it. */
export interface QueueOutlook {
  /** Jobs that are started before it. */
  readonly ahead: number;
  /** Jobs that the limiter lets start in a minute. */
  readonly perMinute: number;
  /** Jobs that were started in a second while others waited; null when that was not measured lately. */
  readonly drainPerSecond: number | null;
}

/**
 * How long a job waits until a worker takes it, ms: the jobs before it ÷ the smaller of what the limiter allows and what the workers were
 * seen to do. Without a measurement (nothing waited lately, or no worker is there) the limiter alone counts.
 */
export function estimateWaitMs({ ahead, perMinute, drainPerSecond }: QueueOutlook): number {
  const allowed = perMinute / 60;
  const perSecond = drainPerSecond === null ? allowed : Math.min(allowed, drainPerSecond);
  return Math.ceil((ahead / perSecond) * 1000);
}

/** Seconds that a rate is measured over: enough jobs for a mean, few enough to follow a change. */
export const DRAIN_WINDOW_SECONDS = 20;
/** A rate of fewer seconds is chance. */
const LEAST_SECONDS = 3;

/**
 * The rate at which a queue was worked on, jobs per second, out of starts per second of the clock; only over seconds in which jobs waited
 * from beginning to end, since an idle worker is not a slow one.
 * @param startsOf starts in a second (epoch seconds)
 * @param busySinceMs since when jobs have waited without a pause; null when none wait
 * @returns null when that cannot be said
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
