import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { CounterRecord, ErrorRecord, LatencyRecord, Percentiles } from '../../lab/run-report.ts';

/** What the phones measure, and how a report names it. */
export const FLEET_LATENCIES = {
  'fix.ack': 'a fix, from the GPS receiver to its acknowledgement',
  'position.shown': 'a position, from the driver to the screen of the rider',
  'trip.request': 'request of a trip, from the tap to the answer, with every retry',
  'trip.assign': 'from the request to the driver that the rider sees',
  'offer.answer': "a driver's answer to an offer, from the tap to the outcome",
  'trip.command': "a driver's or rider's command, from the tap to the outcome",
  reconnect: 'from the loss of a connection to the next one',
} as const;
export type FleetLatency = keyof typeof FLEET_LATENCIES;

export const FLEET_COUNTERS = {
  'fixes.taken': 'fixes taken',
  'fixes.refused': 'fixes refused with a verdict',
  'fixes.lost': 'fixes that a phone gave up',
  'positions.shown': 'positions shown to riders',
  'follow.resets': 'gaps that a follower was told of',
  'offers.shown': 'offers shown',
  'trips.requested': 'trips requested',
  'trips.completed': 'trips that their riders saw completed',
  'commands.ended': 'commands that ended',
  'commands.unconfirmed': 'commands that were unconfirmed for a time',
  connects: 'connections made',
  boots: 'starts of an app',
} as const;
export type FleetCounter = keyof typeof FLEET_COUNTERS;

/** Between two points of a series, ms. */
const INTERVAL_MS = 5000;
const MICROSECONDS = 1000;
/** An hour; what took longer counts as an hour. Without a limit a histogram takes 360 KB, and two hours have 10,000 of them. */
const HIGHEST_MICROSECONDS = 3_600_000_000;
const OF_RUN = { figures: 3, highest: HIGHEST_MICROSECONDS };
const OF_INTERVAL = { figures: 2, highest: HIGHEST_MICROSECONDS };
/** Error codes by operation; more are counted together. */
const ERRORS_MOST = 100;

interface Series {
  readonly total: RecordableHistogram;
  readonly intervals: Map<number, RecordableHistogram>;
}

/** Counts what a simulated fleet measures, over time, for the report of a run. */
export class FleetFigures {
  #startMs = performance.now();
  readonly #latencies = new Map<FleetLatency, Series>();
  readonly #counters = new Map<FleetCounter, Map<number, number>>();
  readonly #errors = new Map<string, Map<number, number>>();

  /** Time 0 of all series. */
  begin(): void {
    this.#startMs = performance.now();
  }

  measure(name: FleetLatency, ms: number): void {
    let series = this.#latencies.get(name);
    if (series === undefined) {
      series = { total: createHistogram(OF_RUN), intervals: new Map() };
      this.#latencies.set(name, series);
    }
    const interval = this.#interval();
    let histogram = series.intervals.get(interval);
    if (histogram === undefined) {
      histogram = createHistogram(OF_INTERVAL);
      series.intervals.set(interval, histogram);
    }
    const microseconds = Math.min(HIGHEST_MICROSECONDS, Math.max(1, Math.round(ms * MICROSECONDS)));
    series.total.record(microseconds);
    histogram.record(microseconds);
  }

  count(name: FleetCounter, by = 1): void {
    add(this.#counters, name, this.#interval(), by);
  }

  /** @param code of the closed list, or one of the phone's own */
  error(operation: string, code: string): void {
    const key = `${operation} ${code}`;
    const isNew = !this.#errors.has(key) && this.#errors.size >= ERRORS_MOST;
    add(this.#errors, isNew ? `${operation} OTHER` : key, this.#interval(), 1);
  }

  /** The sum so far. */
  total(name: FleetCounter): number {
    return sumOf(this.#counters.get(name));
  }

  /** Milliseconds; null when nothing was measured. */
  quantile(name: FleetLatency, q: number): number | null {
    const histogram = this.#latencies.get(name)?.total;
    return histogram === undefined ? null : histogram.percentile(q * 100) / MICROSECONDS;
  }

  latencies(): LatencyRecord[] {
    return [...this.#latencies].map(([name, { total, intervals }]) => ({
      name,
      title: FLEET_LATENCIES[name],
      from: 'due',
      total: percentilesOf(total),
      overTime: [...intervals].map(([interval, histogram]) => ({
        atMs: interval * INTERVAL_MS,
        ...percentilesOf(histogram),
      })),
    }));
  }

  counters(): CounterRecord[] {
    return [...this.#counters].map(([name, intervals]) => ({
      name,
      title: FLEET_COUNTERS[name],
      total: sumOf(intervals),
      rate: ratesOf(intervals),
    }));
  }

  errors(): ErrorRecord[] {
    return [...this.#errors].map(([key, intervals]) => {
      const [operation = '', code = ''] = key.split(' ');
      return { code, operation, total: sumOf(intervals), rate: ratesOf(intervals) };
    });
  }

  #interval(): number {
    return Math.floor((performance.now() - this.#startMs) / INTERVAL_MS);
  }
}

function add<Key>(sums: Map<Key, Map<number, number>>, key: Key, interval: number, by: number): void {
  let intervals = sums.get(key);
  if (intervals === undefined) {
    intervals = new Map();
    sums.set(key, intervals);
  }
  intervals.set(interval, (intervals.get(interval) ?? 0) + by);
}

function sumOf(intervals: ReadonlyMap<number, number> | undefined): number {
  return [...(intervals?.values() ?? [])].reduce((sum, count) => sum + count, 0);
}

function ratesOf(intervals: ReadonlyMap<number, number>): [number, number][] {
  return [...intervals].map(([interval, count]) => [interval * INTERVAL_MS, (count * 1000) / INTERVAL_MS]);
}

function percentilesOf(histogram: RecordableHistogram): Percentiles {
  const at = (q: number) => Math.min(histogram.max, histogram.percentile(q)) / MICROSECONDS;
  return {
    count: Number(histogram.count),
    p50: at(50),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    max: histogram.max / MICROSECONDS,
  };
}
