import type { CounterName, HistogramName } from '../../../artillery/src/metrics.ts';
import type { RunReport } from '../run-report.ts';
import type { PlannedOperation, Scenario } from '../scenarios/scenario.ts';
import { PERIOD_MS } from './artillery-record.ts';
import type { LoadRecord } from './load-record.ts';
import type { LoadSettings } from './load-settings.ts';

/** An interval at the edge of a run may be a second long: a burst there is no rate. */
const LEAST_MS = 5000;

type Counted = { readonly counter: CounterName } | { readonly latency: HistogramName };

const OPERATIONS: Readonly<Record<PlannedOperation, { readonly what: string; readonly counted: Counted }>> = {
  // Not those that were sent: a fix that is refused or not answered is sent again.
  location: { what: 'Fixes acknowledged', counted: { counter: 'fixes.acknowledged' } },
  trip: { what: 'Trips requested', counted: { counter: 'trips.requested' } },
  search: { what: 'Searches answered', counted: { latency: 'driver.search' } },
  upload: { what: 'Uploads accepted', counted: { counter: 'uploads.accepted' } },
};

const ALSO: Readonly<Record<Scenario['alsoReached'][number], { what: string; counted: Counted }>> = {
  positions: { what: 'Positions on screens of riders', counted: { counter: 'positions.received' } },
  operations: { what: 'Operations of all kinds', counted: { counter: 'operations.sent' } },
};

const UNIT = 'per second';

/** What was asked for at its highest, and the highest rate of an interval; the mean of the run when no interval is long enough. */
export function reachedOf(
  { highest, defaults, alsoReached }: Pick<Scenario, 'highest' | 'defaults' | 'alsoReached'>,
  record: LoadRecord,
  settings: LoadSettings,
  durationMs: number,
): RunReport['reached'] {
  const { rate } = settings;
  const factor = rate === null || defaults.rate === null ? null : rate / defaults.rate;
  const planned = (Object.entries(highest) as [PlannedOperation, number | null][]).map(
    ([operation, most]) => ({
      ...OPERATIONS[operation],
      asked: most === null || factor === null ? null : rounded(most * factor),
    }),
  );
  const also = alsoReached.map((name) => ({ ...ALSO[name], asked: null }));
  return [...planned, ...also].map(({ what, counted, asked }) => ({
    what,
    unit: UNIT,
    asked,
    reached:
      'counter' in counted
        ? ofCounter(record, counted.counter, durationMs)
        : ofLatency(record, counted.latency, durationMs),
  }));
}

/** Null when every operation was begun that was due. */
export function skippedNote({ counters }: Pick<LoadRecord, 'counters'>): string | null {
  const total = (name: CounterName) => counters.find((counter) => counter.name === name)?.total ?? 0;
  const skipped = total('operations.skipped');
  if (skipped === 0) return null;
  const percent = ((100 * skipped) / (skipped + total('operations.sent'))).toFixed(1);
  return `The open loop was not kept: ${skipped} operations (${percent} %) were due and not begun, because no user was free or too many were in flight`;
}

/** A generator that is later than this at p95 measures itself. */
const LATE_MS = 250;

/** Null when the generator began operations when they were due. */
export function lateNote({ latencies }: Pick<LoadRecord, 'latencies'>): string | null {
  const p95 = latencies.find(({ name }) => name === 'generator.lateness')?.total.p95 ?? 0;
  if (p95 <= LATE_MS) return null;
  return `The generator did not keep up: at p95 it began an operation ${(p95 / 1000).toFixed(1)} s after it was due. Latencies from the due time contain that delay, and drivers whose fixes are as old are no candidates for a trip. A lower rate or a generator on another machine tells more about the servers`;
}

function ofCounter({ counters }: LoadRecord, name: string, durationMs: number): number | null {
  const counter = counters.find((each) => each.name === name);
  if (counter === undefined) return null;
  const whole = counter.rate.filter(
    ([atMs], index) => lengthOf(counter.rate, index, atMs, durationMs) >= LEAST_MS,
  );
  if (whole.length === 0) return rounded((counter.total * 1000) / Math.max(1000, durationMs));
  return rounded(Math.max(...whole.map(([, value]) => value ?? 0)));
}

function ofLatency({ latencies }: LoadRecord, name: string, durationMs: number): number | null {
  const latency = latencies.find((each) => each.name === name);
  if (latency === undefined) return null;
  const counts = latency.overTime.map(({ atMs, count }): [number, number] => [atMs, count]);
  const rates = counts.flatMap(([atMs, count], index) => {
    const lengthMs = lengthOf(counts, index, atMs, durationMs);
    return lengthMs >= LEAST_MS ? [(count * 1000) / lengthMs] : [];
  });
  return rounded(
    rates.length === 0 ? (latency.total.count * 1000) / Math.max(1000, durationMs) : Math.max(...rates),
  );
}

/** Until the next interval, or the end of the run. */
function lengthOf(
  points: readonly (readonly [number, unknown])[],
  index: number,
  atMs: number,
  durationMs: number,
): number {
  return Math.min(PERIOD_MS, (points[index + 1]?.[0] ?? durationMs) - atMs);
}

const rounded = (rate: number) => Math.round(rate * 10) / 10;
