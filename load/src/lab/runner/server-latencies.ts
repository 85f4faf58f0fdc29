import { bucketQuantile, bucketsOf, type Sample, sumOf } from '../../cluster/prometheus.ts';
import type { LatencyRecord, Percentiles } from '../run-report.ts';

export interface ServerLatency {
  readonly name: string;
  readonly title: string;
  /** A histogram of seconds in /metrics. */
  readonly metric: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Collected {
  readonly about: ServerLatency;
  readonly total: Map<number, number>;
  count: number;
  readonly overTime: LatencyRecord['overTime'];
}

/** Latencies that the servers measure themselves, from the buckets that their histograms gained. */
export class ServerLatencies {
  readonly #collected: readonly Collected[];

  constructor(latencies: readonly ServerLatency[]) {
    this.#collected = latencies.map((about) => ({ about, total: new Map(), count: 0, overTime: [] }));
  }

  /** @param gained what the processes' counters gained since the call before */
  add(atMs: number, gained: readonly Sample[]): void {
    for (const each of this.#collected) {
      const { metric, labels = {} } = each.about;
      const buckets = bucketsOf(gained, metric, { ...labels });
      const count = Math.round(sumOf(gained, `${metric}_count`, { ...labels }));
      if (count === 0) continue;
      each.count += count;
      for (const [bound, size] of buckets) each.total.set(bound, (each.total.get(bound) ?? 0) + size);
      each.overTime.push({ atMs, ...percentiles(buckets, count) });
    }
  }

  /** Without those that measured nothing. */
  get records(): LatencyRecord[] {
    return this.#collected
      .filter(({ count }) => count > 0)
      .map(({ about, total, count, overTime }) => ({
        name: about.name,
        title: about.title,
        from: 'server',
        total: percentiles(new Map([...total].sort(([a], [b]) => a - b)), count),
        overTime,
      }));
  }
}

/** Ms, by linear interpolation inside a bucket. The greatest value is not known: buckets have only bounds. */
function percentiles(buckets: ReadonlyMap<number, number>, count: number): Percentiles {
  const at = (q: number) => {
    const seconds = bucketQuantile(buckets, q);
    return seconds === undefined ? null : Math.round(seconds * 1_000_000) / 1000;
  };
  return { count, p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), p999: at(0.999), max: null };
}
