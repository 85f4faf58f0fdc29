import type { ErrorRecord, LatencyRecord, RunReport } from '../run-report.ts';

/** Errors of an operation must be below this share of its attempts: the S-target of every run. */
export const MOST_ERROR_SHARE = 0.01;
const WINDOW_MS = 10_000;

interface Tally {
  done: number;
  failed: number;
}

/**
 * The highest rate of an operation over any ten seconds in which errors were below 1 % of its attempts, per second; null when there was
 * no such window. Errors that name no operation count against every operation.
 */
export function sustainedRate(latency: LatencyRecord, { errors, durationMs }: RunReport): number | null {
  const windows = Math.floor(durationMs / WINDOW_MS);
  const tallies: Tally[] = Array.from({ length: windows }, () => ({ done: 0, failed: 0 }));
  for (const { atMs, count } of latency.overTime) {
    const tally = tallies[Math.floor(atMs / WINDOW_MS)];
    if (tally) tally.done += count;
  }
  for (const error of errors) if (isOf(error, latency.name)) addErrors(tallies, error);
  const rates = tallies
    .filter(({ done, failed }) => done > 0 && failed / (done + failed) < MOST_ERROR_SHARE)
    .map(({ done }) => done / (WINDOW_MS / 1000));
  return rates.length === 0 ? null : Math.max(...rates);
}

const isOf = ({ operation }: ErrorRecord, name: string): boolean =>
  operation === null || operation === name || name.startsWith(`${operation}.`);

function addErrors(tallies: readonly Tally[], { rate }: ErrorRecord): void {
  for (const [at, [atMs, perSecond]] of rate.entries()) {
    const next = rate[at + 1]?.[0] ?? atMs + (atMs - (rate[at - 1]?.[0] ?? atMs));
    const tally = tallies[Math.floor(atMs / WINDOW_MS)];
    if (tally) tally.failed += (perSecond ?? 0) * ((next - atMs) / 1000);
  }
}
