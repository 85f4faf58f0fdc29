import type { SdkClock } from './clock.ts';

/**
 * Starts to measure a time in which the device may sleep. In sleep the monotonic clock stands still on iOS and in browsers, and the wall
 * clock goes on; a wall clock that is set back says too little. So the greater of the two counts. A wall clock that is set forward says too
 * much, which costs one early refresh or dial.
 * @returns the ms since then
 */
export function startElapsed(clock: SdkClock): () => number {
  const monotonicMs = clock.monotonicMs();
  const wallMs = clock.wallMs();
  return () => Math.max(clock.monotonicMs() - monotonicMs, clock.wallMs() - wallMs);
}
