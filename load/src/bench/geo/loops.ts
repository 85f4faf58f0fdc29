/** Searches in a closed or an open loop for a given time. */
export type Search = () => Promise<void>;

const TICK_MS = 1;

export interface ClosedLoop {
  readonly searches: number;
  readonly elapsedMs: number;
}

/** Closed loop: the next search begins with the answer to the previous one. */
export async function closedLoop(
  search: Search,
  durationMs: number,
  signal: AbortSignal,
): Promise<ClosedLoop> {
  const startedAt = performance.now();
  let searches = 0;
  for (; performance.now() - startedAt < durationMs; searches++) {
    signal.throwIfAborted();
    await search();
  }
  return { searches, elapsedMs: performance.now() - startedAt };
}

export interface OpenLoop {
  readonly latenciesMs: readonly number[];
  readonly failed: number;
  /** The error of the first that failed. */
  readonly failure: unknown;
}

/** Open loop: each search has its instant, from which its latency counts, whether or not earlier ones have been answered. */
export async function openLoop(
  search: Search,
  { ratePerSecond, durationMs }: { ratePerSecond: number; durationMs: number },
  signal: AbortSignal,
): Promise<OpenLoop> {
  const startedAt = performance.now();
  const total = Math.floor((ratePerSecond * durationMs) / 1000);
  const latenciesMs: number[] = [];
  const running = new Set<Promise<void>>();
  let failed = 0;
  let failure: unknown;
  for (let sent = 0; sent < total; ) {
    signal.throwIfAborted();
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) * ratePerSecond) / 1000) + 1);
    for (; sent < due; sent++) {
      const dueAt = startedAt + (sent * 1000) / ratePerSecond;
      const one = search()
        .then(
          () => void latenciesMs.push(performance.now() - dueAt),
          (error: unknown) => {
            failed++;
            failure ??= error;
          },
        )
        .finally(() => running.delete(one));
      running.add(one);
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(running);
  return { latenciesMs, failed, failure };
}
