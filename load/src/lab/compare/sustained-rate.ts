import type { ErrorRecord, LatencyRecord, Points, RunReport } from '../run-report.ts';

/** Errors must be below this share of what was begun: the target of every run. */
export const MOST_ERROR_SHARE = 0.01;
const WINDOW_MS = 10_000;

/** The scenarios' own counters of all their operations. */
export const OPERATIONS_SENT = 'operations.sent';
export const OPERATIONS_FAILED = 'operations.failed';
export const OPERATIONS_SKIPPED = 'operations.skipped';

interface Window {
  readonly fromMs: number;
  readonly seconds: number;
  done: number;
  failed: number;
}

/**
 * The highest rate of an operation over any ten seconds in which errors were below 1 % of its attempts, per second; null when there was
 * no such window. An error counts against the operation that it names (`location` for `location.ack`), and against every operation when it
 * names none.
 */
export function sustainedRate(latency: LatencyRecord, report: RunReport): number | null {
  const windows = windowsOf(report);
  for (const { atMs, count } of latency.overTime) {
    const window = windowAt(windows, atMs);
    if (window) window.done += count;
  }
  for (const error of report.errors)
    if (isOf(error, latency.name)) addRate(windows, error.rate, 'failed', report.durationMs);
  return highest(
    windows.map(({ done, failed, seconds }) => ({ done, seconds, share: failed / (done + failed) })),
  );
}

/** The same of all operations together; null for a report of another generator, which does not count them. */
export function sustainedOperations(report: RunReport): number | null {
  const { counters, durationMs } = report;
  const rateOf = (name: string) => counters.find((counter) => counter.name === name)?.rate ?? [];
  const windows = windowsOf(report);
  addRate(windows, rateOf(OPERATIONS_SENT), 'done', durationMs);
  addRate(windows, rateOf(OPERATIONS_FAILED), 'failed', durationMs);
  // What was sent includes what failed.
  return highest(
    windows.map(({ done, failed, seconds }) => ({ done: done - failed, seconds, share: failed / done })),
  );
}

/**
 * Ten seconds or more each, beginning where the generator's own intervals begin: a window that cuts through them would count two of them
 * where the run has one. What is left at the end is no window.
 */
function windowsOf({ latencies, counters, errors, durationMs }: RunReport): Window[] {
  const times = [
    ...latencies
      .filter(({ from }) => from !== 'server')
      .flatMap(({ overTime }) => overTime.map(({ atMs }) => atMs)),
    ...[...counters, ...errors].flatMap(({ rate }) => rate.map(([atMs]) => atMs)),
  ];
  const edges = [...new Set(times), durationMs].sort((a, b) => a - b);
  const windows: Window[] = [];
  let fromMs = edges[0] ?? 0;
  for (const edge of edges) {
    if (edge - fromMs < WINDOW_MS) continue;
    windows.push({ fromMs, seconds: (edge - fromMs) / 1000, done: 0, failed: 0 });
    fromMs = edge;
  }
  return windows;
}

const windowAt = (windows: readonly Window[], atMs: number): Window | undefined =>
  windows.find(({ fromMs, seconds }) => atMs >= fromMs && atMs < fromMs + seconds * 1000);

const isOf = ({ operation }: ErrorRecord, name: string): boolean =>
  operation === null || operation === name || name.startsWith(`${operation}.`);

function addRate(
  windows: readonly Window[],
  rate: Points,
  kind: 'done' | 'failed',
  durationMs: number,
): void {
  for (const [at, [atMs, perSecond]] of rate.entries()) {
    const window = windowAt(windows, atMs);
    const untilMs = rate[at + 1]?.[0] ?? durationMs;
    if (window) window[kind] += (perSecond ?? 0) * (Math.min(WINDOW_MS, untilMs - atMs) / 1000);
  }
}

function highest(
  windows: readonly { readonly done: number; readonly seconds: number; readonly share: number }[],
): number | null {
  const rates = windows
    .filter(({ done, share }) => done > 0 && share < MOST_ERROR_SHARE)
    .map(({ done, seconds }) => done / seconds);
  return rates.length === 0 ? null : Math.max(...rates);
}
