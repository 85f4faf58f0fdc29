import type { ErrorRecord, LatencyRecord, Points, RunReport } from '../run-report.ts';

/** Errors must be below this share of what was begun: the target of every run. */
export const MOST_ERROR_SHARE = 0.01;
const WINDOW_MS = 10_000;

/** The scenarios' own counters of all their operations. */
export const OPERATIONS_SENT = 'operations.sent';
export const OPERATIONS_FAILED = 'operations.failed';

interface Tally {
  done: number;
  failed: number;
}

/**
 * The highest rate of an operation over any ten seconds in which errors were below 1 % of its attempts, per second; null when there was
 * no such window. An error counts against the operation that it names (`location` for `location.ack`), and against every operation when it
 * names none.
 */
export function sustainedRate(latency: LatencyRecord, { errors, durationMs }: RunReport): number | null {
  const tallies = windowsOf(durationMs);
  for (const { atMs, count } of latency.overTime) {
    const tally = tallies[Math.floor(atMs / WINDOW_MS)];
    if (tally) tally.done += count;
  }
  for (const error of errors) if (isOf(error, latency.name)) addRate(tallies, error.rate, 'failed');
  return highest(tallies.map(({ done, failed }) => ({ done, share: failed / (done + failed) })));
}

/** The same of all operations together; null for a report of another generator, which does not count them. */
export function sustainedOperations({ counters, durationMs }: RunReport): number | null {
  const rateOf = (name: string) => counters.find((counter) => counter.name === name)?.rate ?? [];
  const tallies = windowsOf(durationMs);
  addRate(tallies, rateOf(OPERATIONS_SENT), 'done');
  addRate(tallies, rateOf(OPERATIONS_FAILED), 'failed');
  // What was sent includes what failed.
  return highest(tallies.map(({ done, failed }) => ({ done: done - failed, share: failed / done })));
}

const windowsOf = (durationMs: number): Tally[] =>
  Array.from({ length: Math.floor(durationMs / WINDOW_MS) }, () => ({ done: 0, failed: 0 }));

const isOf = ({ operation }: ErrorRecord, name: string): boolean =>
  operation === null || operation === name || name.startsWith(`${operation}.`);

function addRate(tallies: readonly Tally[], rate: Points, kind: keyof Tally): void {
  for (const [at, [atMs, perSecond]] of rate.entries()) {
    const next = rate[at + 1]?.[0] ?? atMs + (atMs - (rate[at - 1]?.[0] ?? atMs));
    const tally = tallies[Math.floor(atMs / WINDOW_MS)];
    if (tally) tally[kind] += (perSecond ?? 0) * ((next - atMs) / 1000);
  }
}

function highest(windows: readonly { readonly done: number; readonly share: number }[]): number | null {
  const rates = windows
    .filter(({ done, share }) => done > 0 && share < MOST_ERROR_SHARE)
    .map(({ done }) => done / (WINDOW_MS / 1000));
  return rates.length === 0 ? null : Math.max(...rates);
}
