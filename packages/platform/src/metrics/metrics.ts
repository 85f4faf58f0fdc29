import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { DURATION_BUCKETS, type MetricEntry, type MetricsOf, type MetricTable } from './metric-table.ts';

/** Metrics of the parts that every process may use. */
export const PLATFORM_METRICS = {
  log_lines_lost_total: {
    type: 'counter',
    help: 'Log lines lost since standard output did not accept them (full disk)',
    labels: [],
  },
  redis_errors_total: { type: 'counter', help: 'Connection errors of a Redis client', labels: ['server'] },
  redis_command_timeouts_total: {
    type: 'counter',
    help: 'Commands that timed out',
    labels: ['server'],
  },
  request_limit_total: {
    type: 'counter',
    help: 'Requests counted, by limit, by counter (redis, or this node alone while Redis is unavailable) and by outcome: allowed, refused, flagged (over the limit but admitted)',
    labels: ['limit', 'by', 'outcome'],
  },
  mongo_pool_in_use: { type: 'gauge', help: 'MongoDB connections in use', labels: [] },
  mongo_pool_connections: {
    type: 'gauge',
    help: 'Open MongoDB connections, including idle ones',
    labels: [],
  },
  mongo_pool_waiting: { type: 'gauge', help: 'Calls that wait for a MongoDB connection', labels: [] },
  mongo_pool_failures_total: {
    type: 'counter',
    help: "Calls that got no MongoDB connection, by the driver's reason",
    labels: ['reason'],
  },
  mongo_commands_total: {
    type: 'counter',
    help: 'MongoDB commands, by kind (read, write) and collection; only with RIDELINE_MONGO_COMMAND_TIMES=on',
    labels: ['kind', 'collection'],
  },
  mongo_command_seconds: {
    type: 'histogram',
    help: 'Time of a MongoDB command from the driver, the answer included: read or write; only with RIDELINE_MONGO_COMMAND_TIMES=on',
    labels: ['kind'],
    buckets: DURATION_BUCKETS,
  },
  degradation_level: { type: 'gauge', help: 'Degradation level of this process, 0 to 3', labels: [] },
  cache_reads_total: {
    type: 'counter',
    help: 'Reads through a cache, by source of the answer: process, hit, miss, degraded (MongoDB, while the cache is unavailable), stale (the cache, while MongoDB is unavailable)',
    labels: ['cache', 'outcome'],
  },
  cache_fills_total: {
    type: 'counter',
    help: 'Values from MongoDB written to a cache, by outcome: stored, outdated (the cache has a newer version), failed',
    labels: ['cache', 'outcome'],
  },
  cache_invalidations_total: {
    type: 'counter',
    help: 'Changes sent to a cache, by outcome: done, later (the cache was unavailable), lost (too many pending: the TTL bounds staleness)',
    labels: ['cache', 'outcome'],
  },
  cache_invalidations_pending: {
    type: 'gauge',
    help: 'Changes pending for the cache',
    labels: [],
  },
  queue_jobs_total: {
    type: 'counter',
    help: 'Runs of jobs, by outcome: done, retried, dead (a dead letter)',
    labels: ['queue', 'outcome'],
  },
  queue_add_failures_total: {
    type: 'counter',
    help: 'Jobs that could not be queued; they are retried',
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
 * The platform's metrics and those of `table` on a new registry, beside Node's default ones. Each process registers the metrics that it
 * updates and no others.
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
