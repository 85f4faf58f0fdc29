/** An arrow key that is held down chooses thirty rows a second; whoever stays on one for this long wants to know about it. */
export const SETTLE_MS = 250;

/** Runs the first of a quick series at once and then only the last, so that walking a list does not use up the caller's budget of calls. */
export function createSettling(now: () => number, settleMs = SETTLE_MS) {
  let lastAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    run(work: () => void): void {
      const quick = now() - lastAt < settleMs;
      lastAt = now();
      clearTimeout(timer);
      if (quick) timer = setTimeout(work, settleMs);
      else work();
    },
    stop: () => clearTimeout(timer),
  };
}
