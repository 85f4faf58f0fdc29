import { COUNTERS, errorOf, HISTOGRAMS } from '../../../artillery/src/metrics.ts';
import type { CounterRecord, ErrorRecord, LatencyRecord, RunEvent } from '../run-report.ts';
import {
  type ArtilleryPeriod,
  type ArtilleryRecord,
  type ArtilleryTotal,
  PERIOD_MS,
} from './artillery-record.ts';
import { addSketches, type LatencySketch, percentilesOf } from './latency-sketch.ts';

/** What all generators of a run measured, in the terms of the report. */
export interface LoadRecord {
  readonly latencies: LatencyRecord[];
  readonly counters: CounterRecord[];
  readonly errors: ErrorRecord[];
  readonly phases: RunEvent[];
}

export interface LoadWindow {
  /** Epoch ms: time 0 of the report. */
  readonly startedAt: number;
  /** Epoch ms: when the last generator ended. */
  readonly endedAt: number;
}

/** Artillery's own bookkeeping: durations of virtual users say nothing about the servers. */
const NOT_A_LATENCY = /^vusers\./;
/** Names of counters come from the network too (codes, messages): the report holds so many. */
const MOST_SERIES = 250;

/** Adds up what the generators wrote, by part of the scenario. */
export function loadRecordOf(parts: ReadonlyMap<string, ArtilleryRecord>, window: LoadWindow): LoadRecord {
  const records = [...parts.values()];
  const byPeriod = Map.groupBy(
    records.flatMap(({ periods }) => periods),
    ({ period }) => period,
  );
  const periods = [...byPeriod].sort(([a], [b]) => a - b);
  const totals = totalCounters(records);
  return {
    latencies: latenciesOf(records, periods, window),
    counters: counterNames(totals)
      .filter((name) => errorOf(name) === null)
      .map((name) => ({
        name,
        title: titleOf(name),
        total: Math.max(0, totals.get(name) ?? 0),
        rate: rateOf(name, periods, window),
      })),
    errors: counterNames(totals).flatMap((name) => {
      const error = errorOf(name);
      if (error === null) return [];
      const total = Math.round(totals.get(name) ?? 0);
      return [{ code: error.code, operation: error.operation, total, rate: rateOf(name, periods, window) }];
    }),
    phases: phasesOf(parts, window),
  };
}

type Periods = readonly (readonly [period: number, readonly ArtilleryPeriod[]])[];

/** Names that the table does not have are Artillery's own, or of a scenario outside the repository: they keep their name. */
const titleOf = (name: string): string => (COUNTERS as Readonly<Record<string, string>>)[name] ?? name;
const latencyOf = (name: string): { title: string; from: 'due' | 'sent' } =>
  (HISTOGRAMS as Readonly<Record<string, { title: string; from: 'due' | 'sent' }>>)[name] ?? {
    title: name,
    from: 'sent',
  };

function totalCounters(records: readonly ArtilleryRecord[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const record of records)
    for (const { counters } of record.total ? [record.total] : record.periods)
      for (const [name, count] of Object.entries(counters)) totals.set(name, (totals.get(name) ?? 0) + count);
  return totals;
}

/** The largest ones when there are too many. */
function counterNames(totals: ReadonlyMap<string, number>): string[] {
  return [...totals]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_SERIES)
    .map(([name]) => name)
    .sort();
}

function latenciesOf(
  records: readonly ArtilleryRecord[],
  periods: Periods,
  window: LoadWindow,
): LatencyRecord[] {
  const wholes = records.flatMap((record): readonly (ArtilleryPeriod | ArtilleryTotal)[] =>
    record.total ? [record.total] : record.periods,
  );
  const names = new Set(wholes.flatMap(({ histograms }) => Object.keys(histograms)));
  return [...names]
    .filter((name) => !NOT_A_LATENCY.test(name))
    .sort()
    .slice(0, MOST_SERIES)
    .map((name) => ({
      name,
      ...latencyOf(name),
      total: percentilesOf(sketchOf(name, wholes)),
      overTime: periods.flatMap(([period, each]) => {
        const sketch = sketchOf(name, each);
        return sketch.count === 0 ? [] : [{ atMs: atMsOf(period, window), ...percentilesOf(sketch) }];
      }),
    }));
}

function sketchOf(
  name: string,
  from: readonly { readonly histograms: Readonly<Record<string, LatencySketch>> }[],
): LatencySketch {
  return addSketches(from.flatMap(({ histograms }) => histograms[name] ?? []));
}

/** Per second of the part of each interval that lies in the run: its first and last intervals are short. */
function rateOf(name: string, periods: Periods, window: LoadWindow): [number, number][] {
  return periods.map(([period, each]) => {
    const from = Math.max(period, window.startedAt);
    const to = Math.min(period + PERIOD_MS, window.endedAt);
    const count = each.reduce((sum, { counters }) => sum + (counters[name] ?? 0), 0);
    return [atMsOf(period, window), Math.round((count * 1000 * 100) / Math.max(1000, to - from)) / 100];
  });
}

const atMsOf = (at: number, { startedAt }: LoadWindow) => Math.max(0, at - startedAt);

/** Every part tells its phases; with one part its name adds nothing. */
function phasesOf(parts: ReadonlyMap<string, ArtilleryRecord>, window: LoadWindow): RunEvent[] {
  return [...parts]
    .flatMap(([part, { phases }]) =>
      phases.map(({ at, name }) => ({
        atMs: atMsOf(at, window),
        kind: 'phase' as const,
        text: parts.size === 1 ? name : `${part}: ${name}`,
        fault: null,
      })),
    )
    .sort((a, b) => a.atMs - b.atMs);
}
