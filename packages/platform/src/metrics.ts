import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Ages of fixes, seconds: from a micro-batch to a lost minute. */
const AGE_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const SIZE_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Every metric: the one table, repeated by `docs/reference/metrics.md` (a test compares). Labels are bounded sets: never an id.
 */
export const METRICS = {
  redis_errors_total: { type: 'counter', help: 'Connection errors of a Redis client', labels: ['server'] },
  redis_command_timeouts_total: {
    type: 'counter',
    help: 'Commands given up after their time-out',
    labels: ['server'],
  },
  http_request_seconds: {
    type: 'histogram',
    help: 'Time from a REST request to its answer (a streamed one: to its first byte)',
    labels: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS,
  },
  search_rounds: {
    type: 'histogram',
    help: 'GEOSEARCHes that one search of drivers took',
    labels: [],
    buckets: SIZE_BUCKETS,
  },
  degraded: { type: 'gauge', help: '1 while a dependency is degraded', labels: ['dependency'] },
} as const satisfies Record<string, MetricEntry>;

interface MetricEntry {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

export { AGE_BUCKETS, DURATION_BUCKETS, SIZE_BUCKETS };

type MetricOf<Entry extends MetricEntry> = Entry['type'] extends 'counter'
  ? Counter<Entry['labels'][number]>
  : Entry['type'] extends 'gauge'
    ? Gauge<Entry['labels'][number]>
    : Histogram<Entry['labels'][number]>;

export type Metrics = { readonly [Name in keyof typeof METRICS]: MetricOf<(typeof METRICS)[Name]> };

const PREFIX = 'rideline_';

function createMetric(registry: Registry, name: string, entry: MetricEntry): Counter | Gauge | Histogram {
  const options = {
    name: `${PREFIX}${name}`,
    help: entry.help,
    labelNames: [...entry.labels],
    registers: [registry],
  };
  switch (entry.type) {
    case 'counter':
      return new Counter(options);
    case 'gauge':
      return new Gauge(options);
    case 'histogram':
      return new Histogram({ ...options, buckets: [...(entry.buckets ?? DURATION_BUCKETS)] });
  }
}

/** All metrics of the table on a registry of their own, beside Node's default ones. Names on the wire begin with `rideline_`. */
export function createMetrics(processName: string): { registry: Registry; metrics: Metrics } {
  const registry = new Registry();
  registry.setDefaultLabels({ process: processName });
  collectDefaultMetrics({ register: registry });
  const entries = Object.entries(METRICS).map(([name, entry]) => [name, createMetric(registry, name, entry)]);
  return { registry, metrics: Object.fromEntries(entries) as Metrics };
}
