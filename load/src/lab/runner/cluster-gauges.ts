import { bucketQuantile, bucketsOf, type Sample, sumBy, sumOf } from '../../cluster/prometheus.ts';

/** One value of the cluster at one time; null: it could not be read. */
export interface GaugeReading {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** Plots of one group share a picture. */
  readonly group: 'queues' | 'lag' | 'caches' | 'connections' | 'stores' | 'breakers';
  readonly value: number | null;
}

export interface ClusterReading {
  /** All samples of all processes that answered. */
  readonly samples: readonly Sample[];
  /** What their counters gained since the reading before. */
  readonly gained: readonly Sample[];
  /** Jobs that wait, by queue; null while the state Redis does not answer. */
  readonly queues: ReadonlyMap<string, number> | null;
  /** Entries of the fix streams that are not stored; null while the log Redis does not answer. */
  readonly fixBacklog: number | null;
}

/** Names that thresholds are evaluated from. */
export const GAUGES = {
  matchingBacklog: 'matching.waiting_trips',
  fixBacklog: 'fixes.backlog',
  cacheHits: 'caches.hits',
  queue: (name: string) => `queue.${name}`,
  mongo: (kind: 'read' | 'write') => `mongo.${kind}.p95`,
  breaker: (dependency: string) => `breaker.${dependency}`,
} as const;

const CACHE_READS = 'rideline_cache_reads_total';
export const MONGO_SECONDS = 'rideline_mongo_command_seconds';
/** Sources of an answer that needed no read of MongoDB. */
const HITS: ReadonlySet<string> = new Set(['process', 'hit', 'stale']);

/** What the cluster's processes and queues say of themselves at one time. */
export function clusterGauges(reading: ClusterReading): GaugeReading[] {
  return [
    ...queueGauges(reading),
    ...lagGauges(reading),
    ...cacheGauges(reading),
    ...storeGauges(reading),
  ].concat(connectionGauges(reading), breakerGauges(reading));
}

function queueGauges({ queues, samples }: ClusterReading): GaugeReading[] {
  const jobs = [...(queues ?? [])].map(([name, waiting]) => ({
    name: GAUGES.queue(name),
    title: `Jobs waiting: ${name}`,
    unit: 'jobs',
    group: 'queues' as const,
    value: waiting,
  }));
  return [
    ...jobs,
    {
      name: GAUGES.matchingBacklog,
      title: 'Trips that wait for an offer',
      unit: 'trips',
      group: 'queues',
      value: summed(samples, 'rideline_match_waiting_trips'),
    },
  ];
}

function lagGauges({ samples, fixBacklog }: ClusterReading): GaugeReading[] {
  return [
    {
      name: GAUGES.fixBacklog,
      title: 'Entries of fix streams not stored yet',
      unit: 'entries',
      group: 'lag',
      value: fixBacklog,
    },
    {
      name: 'fixes.held',
      title: 'Fixes that gateways hold for the log',
      unit: 'fixes',
      group: 'lag',
      value: sumOf(samples, 'rideline_fix_log_held'),
    },
    {
      name: 'history.held',
      title: 'Fixes read and not stored yet',
      unit: 'fixes',
      group: 'lag',
      value: sumOf(samples, 'rideline_history_held_fixes'),
    },
  ];
}

function cacheGauges({ gained }: ClusterReading): GaugeReading[] {
  return [
    {
      name: GAUGES.cacheHits,
      title: 'Reads answered by a cache',
      unit: 'share',
      group: 'caches',
      value: hitShare(cacheReads(gained)),
    },
  ];
}

/** Reads through caches by the source of their answer. */
export const cacheReads = (gained: readonly Sample[]): Map<string, number> =>
  sumBy(gained, CACHE_READS, 'outcome');

/** Null without a read. */
export function hitShare(reads: ReadonlyMap<string, number>): number | null {
  const all = [...reads.values()].reduce((sum, count) => sum + count, 0);
  const hits = [...reads].reduce((sum, [outcome, count]) => sum + (HITS.has(outcome) ? count : 0), 0);
  return all === 0 ? null : hits / all;
}

function storeGauges({ gained, samples }: ClusterReading): GaugeReading[] {
  const latency = (kind: 'read' | 'write'): GaugeReading => {
    const seconds = bucketQuantile(bucketsOf(gained, MONGO_SECONDS, { kind }), 0.95);
    return {
      name: GAUGES.mongo(kind),
      title: `MongoDB ${kind}s, p95`,
      unit: 'ms',
      group: 'stores',
      value: seconds === undefined ? null : seconds * 1000,
    };
  };
  return [
    latency('read'),
    latency('write'),
    {
      name: 'mongo.pool.waiting',
      title: 'Calls that wait for a MongoDB connection',
      unit: 'calls',
      group: 'stores',
      value: sumOf(samples, 'rideline_mongo_pool_waiting'),
    },
  ];
}

function connectionGauges({ samples }: ClusterReading): GaugeReading[] {
  return [...sumBy(samples, 'rideline_gateway_sockets', 'namespace')].map(([namespace, sockets]) => ({
    name: `sockets.${namespace}`,
    title: `Open sockets of ${namespace}`,
    unit: 'sockets',
    group: 'connections',
    value: sockets,
  }));
}

function breakerGauges({ samples }: ClusterReading): GaugeReading[] {
  return [...sumBy(samples, 'rideline_breaker_open', 'dependency')].map(([dependency, open]) => ({
    name: GAUGES.breaker(dependency),
    title: `Open circuits to ${dependency}`,
    unit: 'processes',
    group: 'breakers',
    value: open,
  }));
}

/** Of all processes and labels; null when no process reports it. */
function summed(samples: readonly Sample[], name: string): number | null {
  const values = samples.filter((sample) => sample.name === name).map(({ value }) => value);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}
