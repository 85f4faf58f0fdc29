import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { DURATION_BUCKETS, type MetricEntry, type MetricsOf, type MetricTable } from './metric-table.ts';

/** Metrics of what every process may use. */
export const PLATFORM_METRICS = {
  redis_errors_total: { type: 'counter', help: 'Connection errors of a Redis client', labels: ['server'] },
  redis_command_timeouts_total: {
    type: 'counter',
    help: 'Commands given up after their time-out',
    labels: ['server'],
  },
  request_limit_total: {
    type: 'counter',
    help: 'Requests counted, by limit, by who counted (redis, or this node alone while Redis is away) and outcome: allowed, refused, flagged (over, let through)',
    labels: ['limit', 'by', 'outcome'],
  },
  mongo_pool_in_use: { type: 'gauge', help: 'Connections to Mongo that are in use', labels: [] },
  mongo_pool_connections: { type: 'gauge', help: 'Connections to Mongo, idle ones too', labels: [] },
  mongo_pool_waiting: { type: 'gauge', help: 'Calls that wait for a connection to Mongo', labels: [] },
  mongo_pool_failures_total: {
    type: 'counter',
    help: 'Calls that got no connection to Mongo, by the reason of its driver',
    labels: ['reason'],
  },
  degradation_level: { type: 'gauge', help: '0 to 3: how much this process holds back', labels: [] },
  cache_reads_total: {
    type: 'counter',
    help: 'Reads through a cache, by where the answer came from: process, hit, miss, degraded (the record, the cache being away), stale (the cache, the record being away)',
    labels: ['cache', 'outcome'],
  },
  cache_fills_total: {
    type: 'counter',
    help: 'Answers of the record offered to a cache: stored, outdated (something newer is held), failed',
    labels: ['cache', 'outcome'],
  },
  cache_invalidations_total: {
    type: 'counter',
    help: 'Changes told to a cache: done, later (it was away), lost (too many waited: the TTL bounds what is stale)',
    labels: ['cache', 'outcome'],
  },
  cache_invalidations_pending: {
    type: 'gauge',
    help: 'Changes that the cache could not be told of yet',
    labels: [],
  },
  queue_jobs_total: {
    type: 'counter',
    help: 'Runs of jobs, by outcome: done, retried, dead (a dead letter)',
    labels: ['queue', 'outcome'],
  },
  queue_add_failures_total: {
    type: 'counter',
    help: 'Jobs that their queue did not take; they come again',
    labels: ['queue'],
  },
  degraded: { type: 'gauge', help: '1 while a dependency is degraded', labels: ['dependency'] },
} as const satisfies MetricTable;

export type Metrics = MetricsOf<typeof PLATFORM_METRICS>;

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

/**
 * The platform's metrics and those of `table` on a registry of their own, beside Node's default ones. Each process registers what it
 * counts and nothing else.
 */
export function createMetrics<const Table extends MetricTable = Record<never, never>>(
  processName: string,
  table?: Table,
): { registry: Registry; metrics: Metrics & MetricsOf<Table> } {
  const registry = new Registry();
  registry.setDefaultLabels({ process: processName });
  collectDefaultMetrics({ register: registry });
  const entries = Object.entries<MetricEntry>({ ...PLATFORM_METRICS, ...table });
  const metrics = Object.fromEntries(
    entries.map(([name, entry]) => [name, createMetric(registry, name, entry)]),
  );
  // The type follows from the two tables.
  return { registry, metrics: metrics as unknown as Metrics & MetricsOf<Table> };
}
