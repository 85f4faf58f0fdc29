/** The longest time that Node's timers take, ms (about 24 days); a longer one would end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Waits for the first of `ends`, and for `mostMs` at most. Its timer is cleared: it would otherwise keep a process whose work ended
 * earlier alive until it fires.
 */
export async function firstEnd(ends: readonly Promise<unknown>[], mostMs?: number): Promise<void> {
  if (mostMs === undefined) {
    await Promise.race(ends);
    return;
  }
  const { promise: elapsed, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.min(mostMs, LONGEST_TIMER_MS));
  try {
    await Promise.race([...ends, elapsed]);
  } finally {
    clearTimeout(timer);
  }
}
