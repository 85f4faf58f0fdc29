import type { Sample } from '../../cluster/prometheus.ts';
import type { Held } from '../../soak/process-samples.ts';
import type { GaugeRecord, ProcessRecord } from '../run-report.ts';
import { type ClusterReading, cacheReads, clusterGauges, MONGO_SECONDS } from './cluster-gauges.ts';
import { MetricDeltas } from './metric-deltas.ts';
import { ServerLatencies } from './server-latencies.ts';

/** What was read of the machine and the cluster at one time. */
export interface Reading extends Pick<ClusterReading, 'queues' | 'fixBacklog'> {
  /** CPU used so far, µs, by program. */
  readonly cpu: ReadonlyMap<string, number>;
  readonly held: ReadonlyMap<string, Held>;
  /** /metrics by process; empty for a target whose processes cannot be reached. */
  readonly metrics: ReadonlyMap<string, readonly Sample[]>;
}

type MutablePoints = [atMs: number, value: number | null][];

interface ProcessSeries {
  readonly kind: ProcessRecord['kind'];
  readonly cpuCores: MutablePoints;
  readonly rssBytes: MutablePoints;
  readonly heapBytes: MutablePoints;
  readonly openFiles: MutablePoints;
  readonly gcSecondsPerSecond: MutablePoints;
  readonly eventLoopP99Ms: MutablePoints;
  cpuSecondsTotal: number;
}

/** Collects readings into the series of a report. Times are ms since the load began. */
export class Recorder {
  readonly #kindOf: (name: string) => ProcessRecord['kind'];
  readonly #processes = new Map<string, ProcessSeries>();
  readonly #gauges = new Map<string, GaugeRecord & { points: MutablePoints }>();
  readonly #deltas = new MetricDeltas();
  readonly #cacheReads = new Map<string, number>();
  readonly latencies = new ServerLatencies([
    { name: 'mongo.read', title: 'MongoDB reads', metric: MONGO_SECONDS, labels: { kind: 'read' } },
    { name: 'mongo.write', title: 'MongoDB writes', metric: MONGO_SECONDS, labels: { kind: 'write' } },
    {
      name: 'fix.durable',
      title: 'Fix until MongoDB has stored it',
      metric: 'rideline_fix_age_durable_seconds',
    },
    { name: 'http.request', title: 'REST request in the API', metric: 'rideline_http_request_seconds' },
    { name: 'match.tick', title: 'Tick of matching', metric: 'rideline_match_tick_seconds' },
    {
      name: 'document.wait',
      title: 'Document until its processing begins',
      metric: 'rideline_document_wait_seconds',
    },
  ]);
  #before: { readonly atMs: number; readonly cpu: ReadonlyMap<string, number> } | null = null;

  constructor(kindOf: (name: string) => ProcessRecord['kind']) {
    this.#kindOf = kindOf;
  }

  /** The first reading is what later ones are compared with; its `atMs` may be negative: before the load. */
  take(atMs: number, reading: Reading): void {
    const gained = new Map(
      [...reading.metrics].map(([name, samples]) => [name, this.#deltas.add(name, samples)] as const),
    );
    const before = this.#before;
    this.#before = { atMs, cpu: reading.cpu };
    if (before === null) return;
    const seconds = Math.max(0.001, (atMs - before.atMs) / 1000);
    this.#takeProcesses({ atMs, seconds, reading, gained, cpuBefore: before.cpu });
    if (reading.metrics.size === 0) return;
    const samples = [...reading.metrics.values()].flat();
    const allGained = [...gained.values()].flat();
    this.#takeGauges(atMs, { ...reading, samples, gained: allGained });
    this.latencies.add(atMs, allGained);
    for (const [outcome, count] of cacheReads(allGained))
      this.#cacheReads.set(outcome, (this.#cacheReads.get(outcome) ?? 0) + count);
  }

  /** Reads through caches over the whole run, by the source of their answer. */
  get cacheReads(): ReadonlyMap<string, number> {
    return this.#cacheReads;
  }

  get processes(): ProcessRecord[] {
    return [...this.#processes].map(([name, series]) => ({ name, ...series }));
  }

  get gauges(): GaugeRecord[] {
    return [...this.#gauges.values()];
  }

  #takeProcesses(about: {
    atMs: number;
    seconds: number;
    reading: Reading;
    gained: ReadonlyMap<string, readonly Sample[]>;
    cpuBefore: ReadonlyMap<string, number>;
  }): void {
    const { atMs, seconds, reading, gained, cpuBefore } = about;
    const names = new Set([...this.#processes.keys(), ...reading.cpu.keys(), ...reading.held.keys()]);
    for (const name of names) {
      const series = this.#seriesOf(name);
      const used = cpuGained(reading.cpu.get(name), cpuBefore.get(name));
      const held = reading.held.get(name);
      const gc = gained.get(name)?.filter((sample) => sample.name === 'nodejs_gc_duration_seconds_sum');
      const gcSeconds =
        gc === undefined || gc.length === 0 ? null : gc.reduce((sum, { value }) => sum + value, 0);
      series.cpuSecondsTotal += used ?? 0;
      series.cpuCores.push([atMs, used === null ? null : used / seconds]);
      series.rssBytes.push([atMs, held?.rssBytes ?? null]);
      series.heapBytes.push([atMs, held?.heapBytes ?? null]);
      series.openFiles.push([atMs, held?.fds ?? null]);
      series.gcSecondsPerSecond.push([atMs, gcSeconds === null ? null : gcSeconds / seconds]);
      series.eventLoopP99Ms.push([atMs, held?.lagMs ?? null]);
    }
  }

  #takeGauges(atMs: number, reading: ClusterReading): void {
    const values = new Map(clusterGauges(reading).map((gauge) => [gauge.name, gauge]));
    for (const [name, { title, unit, group }] of values) {
      if (!this.#gauges.has(name)) this.#gauges.set(name, { name, title, unit, group, points: [] });
    }
    // A queue that could not be read this time has a gap.
    for (const [name, { points }] of this.#gauges) points.push([atMs, values.get(name)?.value ?? null]);
  }

  #seriesOf(name: string): ProcessSeries {
    const known = this.#processes.get(name);
    if (known) return known;
    const series: ProcessSeries = {
      kind: this.#kindOf(name),
      cpuCores: [],
      rssBytes: [],
      heapBytes: [],
      openFiles: [],
      gcSecondsPerSecond: [],
      eventLoopP99Ms: [],
      cpuSecondsTotal: 0,
    };
    this.#processes.set(name, series);
    return series;
  }
}

/** Seconds; a program that was started again counts from zero, one that does not run has none. */
function cpuGained(now: number | undefined, before: number | undefined): number | null {
  if (now === undefined) return null;
  return (before === undefined || now < before ? now : now - before) / 1_000_000;
}
