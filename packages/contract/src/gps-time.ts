const WEEK_MS = 7 * 86_400_000;
/** A GPS receiver counts weeks in ten bits (IS-GPS-200, 20.3.3.3.1.1): a receiver that misjudges the era is off by this. */
const ROLLOVER_MS = 1024 * WEEK_MS;
const TOLERANCE_MS = 86_400_000;

/**
 * The time of a fix, corrected when its receiver's week counter has rolled over: a time that is 1,024 weeks before now, to within a day, gets
 * these weeks back; any other stays as it is. All times epoch ms.
 * @param nowMs the phone's own clock, or the server's
 */
export function afterWeekRollover(timeMs: number, nowMs: number): number {
  const corrected = timeMs + ROLLOVER_MS;
  return Math.abs(corrected - nowMs) <= TOLERANCE_MS ? corrected : timeMs;
}
