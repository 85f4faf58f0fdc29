import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Health, healthSchema } from '@rideline/contract';
import { openDatabase } from '@rideline/fleet/collections';
import { type FixStreams, openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import { MIGRATIONS } from '@rideline/fleet/migrations';
import type { Database } from '@rideline/fleet/store/database';
import { migrate } from '@rideline/fleet/store/migrations';
import type { Cluster } from '@rideline/infra/local/cluster';
import { RAISED_LIMITS } from '@rideline/infra/local/raised-limits';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { connectMongo, type Mongo } from '@rideline/platform/mongo/mongo';
import { systemClock } from '@rideline/platform/process/clock';
import { connectRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { innerUrlOf } from '../processes/process-address.ts';
import { processMetric } from '../processes/process-metrics.ts';
import { REGION, SHARDS, testLogger } from '../test-process.ts';

/** Three Redis servers, MongoDB and workers, each its own process, and the test's own connections to them. */
export interface WorkersHarness {
  readonly cluster: Cluster;
  readonly log: RedisClient;
  readonly state: RedisClient;
  readonly cache: RedisClient;
  readonly mongo: Mongo;
  readonly db: Database;
  readonly streams: FixStreams;
  /** Environment of the cluster's processes, for processes that the test starts itself. */
  readonly env: Readonly<Record<string, string>>;
  /** See `processMetric`. */
  metric(process: string, name: string, labels?: Record<string, string>): Promise<number>;
  health(process: string): Promise<Health>;
  stop(): Promise<void>;
}

export interface WorkersHarnessOptions {
  readonly workers?: number;
  readonly gateways?: number;
  readonly apis?: number;
  readonly env?: Record<string, string>;
  readonly fsync?: 'everysec' | 'always';
  /** Also start an S3 server. */
  readonly s3?: boolean;
}

/** With MONGODB_TEST_URI, each harness uses its own database on that server, and drops it at the end. */
function externalMongo(): Record<string, string> {
  const uri = process.env.MONGODB_TEST_URI;
  if (!uri) return {};
  const url = new URL(uri);
  url.pathname = `/rideline-test-${randomUUID().slice(0, 8)}`;
  return { MONGODB_URI: url.toString() };
}

/** With S3_ENDPOINT, each harness uses its own bucket on that server; the bucket is not removed. */
function externalBucket({ s3 = false }: WorkersHarnessOptions): Record<string, string> {
  if (!s3 || !process.env.S3_ENDPOINT) return {};
  return { S3_BUCKET: `rideline-test-${randomUUID().slice(0, 8)}` };
}

export async function startWorkersHarness(options: WorkersHarnessOptions = {}): Promise<WorkersHarness> {
  await using started = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'rideline-workers-'));
  started.defer(() => rm(dataDir, { recursive: true, force: true }));
  const cluster = await startCluster({
    dataDir,
    servers: ['redis-log', 'redis-state', 'redis-cache', 'mongo', ...(options.s3 ? (['s3'] as const) : [])],
    scale: { gateway: options.gateways ?? 0, api: options.apis ?? 0, workers: options.workers ?? 1 },
    env: {
      ...externalMongo(),
      ...externalBucket(options),
      RIDELINE_HISTORY_BLOCK_MS: '500',
      ...RAISED_LIMITS,
      RIDELINE_BREAKER_OPEN_MS: '1000',
      ...options.env,
    },
    ...(options.fsync ? { fsync: options.fsync } : {}),
  });
  started.defer(async () => {
    await cluster.stop();
  });
  const env = cluster.env as Record<string, string>;
  const connect = async (url: string | undefined, name: string) => {
    const client = await connectRedis({
      url: url ?? '',
      name,
      use: 'command',
      log: testLogger,
      checkHashTags: true,
    });
    started.defer(() => quitRedis(client));
    return client;
  };
  const log = await connect(env.REDIS_LOG_URL, 'test:log');
  const state = await connect(env.REDIS_STATE_URL, 'test:state');
  const cache = await connect(env.REDIS_CACHE_URL, 'test:cache');
  const mongo = await connectMongo({ uri: env.MONGODB_URI ?? '', name: 'test', log: testLogger });
  started.defer(() => mongo.close());
  if (process.env.MONGODB_TEST_URI)
    started.defer(async () => {
      await mongo.connection.dropDatabase();
    });
  const db = openDatabase(mongo);
  if (options.workers === 0)
    await migrate(db, { holder: 'test', clock: systemClock, log: testLogger, migrations: MIGRATIONS });
  const streams = await openFixStreams(log, REGION, SHARDS);
  const resources = started.move();
  return {
    cluster,
    log,
    state,
    cache,
    mongo,
    db,
    streams,
    env,
    metric: (process, name, labels) => processMetric(innerUrlOf(cluster, process), name, labels),
    async health(process) {
      const response = await fetch(`${innerUrlOf(cluster, process)}/health`);
      return healthSchema.parse(await response.json());
    },
    stop: () => resources.disposeAsync(),
  };
}
