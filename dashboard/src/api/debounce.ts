/** An arrow key that is held down selects thirty rows a second. A row selected for this long is loaded. */
export const DEBOUNCE_MS = 250;

/** Runs the first call of a quick series at once and then only the last one, so that moving over a list does not use up the request budget. */
export function createDebounce(nowMs: () => number, debounceMs = DEBOUNCE_MS) {
  let lastAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    run(work: () => void): void {
      const quick = nowMs() - lastAt < debounceMs;
      lastAt = nowMs();
      clearTimeout(timer);
      if (quick) timer = setTimeout(work, debounceMs);
      else work();
    },
    stop: () => clearTimeout(timer),
  };
}
