import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BootId, DriverId, RegionId, Verdict } from '@rideline/contract';
import { openDatabase } from '@rideline/fleet/collections';
import { FixLog } from '@rideline/fleet/fixes/fix-log';
import type { FixRecord, JudgedFix } from '@rideline/fleet/fixes/fix-record';
import { type FixStreams, openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import { fixDeadLetters } from '@rideline/fleet/redis/redis-keys';
import type { Database } from '@rideline/fleet/store/database';
import { migrate } from '@rideline/fleet/store/migrations';
import { type StoredTrack, trackCollection } from '@rideline/fleet/tracks/track-collection';
import type { Cluster } from '@rideline/infra/local/cluster';
import { ROOMY_LIMITS } from '@rideline/infra/local/roomy-limits';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { connectMongo, type Mongo } from '@rideline/platform/mongo/mongo';
import { systemClock } from '@rideline/platform/process/clock';
import { createLogger } from '@rideline/platform/process/logger';
import { connectRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { sumMetric } from './gateway-harness.ts';

export const REGION = 'main' as RegionId;
export const SHARDS = 4;
export const testLogger = createLogger({ process: 'test', level: 'silent' });

/** Three Redis servers, Mongo and workers, each its own program, and the test's own connections to them. */
export interface WorkersHarness {
  readonly cluster: Cluster;
  readonly log: RedisClient;
  readonly state: RedisClient;
  readonly cache: RedisClient;
  readonly mongo: Mongo;
  readonly db: Database;
  readonly streams: FixStreams;
  /** Environment of the cluster's processes, for programs that the test starts itself. */
  readonly env: Readonly<Record<string, string>>;
  metric(process: string, name: string, labels?: string): Promise<number>;
  health(process: string): Promise<{ status: string; reasons: { dependency: string }[] }>;
  stop(): Promise<void>;
}

export interface WorkersHarnessOptions {
  readonly workers?: number;
  readonly gateways?: number;
  readonly apis?: number;
  readonly env?: Record<string, string>;
  readonly fsync?: 'everysec' | 'always';
  /** Also an S3 server. */
  readonly s3?: boolean;
}

/** A real Mongo given by MONGODB_TEST_URI is used with a database of its own, dropped at the end. */
function givenMongo(): Record<string, string> {
  const uri = process.env.MONGODB_TEST_URI;
  if (!uri) return {};
  const url = new URL(uri);
  url.pathname = `/rideline-test-${randomUUID().slice(0, 8)}`;
  return { MONGODB_URI: url.toString() };
}

/** On an S3 server given by S3_ENDPOINT each harness has a bucket of its own; it stays there. */
function givenStore({ s3 = false }: WorkersHarnessOptions): Record<string, string> {
  if (!s3 || !process.env.S3_ENDPOINT) return {};
  return { S3_BUCKET: `rideline-test-${randomUUID().slice(0, 8)}` };
}

export async function startWorkersHarness(options: WorkersHarnessOptions = {}): Promise<WorkersHarness> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rideline-workers-'));
  const cluster = await startCluster({
    dataDir,
    servers: ['redis-log', 'redis-state', 'redis-cache', 'mongo', ...(options.s3 ? (['s3'] as const) : [])],
    scale: { gateway: options.gateways ?? 0, api: options.apis ?? 0, workers: options.workers ?? 1 },
    env: {
      ...givenMongo(),
      ...givenStore(options),
      RIDELINE_HISTORY_BLOCK_MS: '500',
      ...ROOMY_LIMITS,
      RIDELINE_BREAKER_OPEN_MS: '1000',
      ...options.env,
    },
    ...(options.fsync ? { fsync: options.fsync } : {}),
  });
  const env = cluster.env as Record<string, string>;
  const connect = (url: string | undefined, name: string) =>
    connectRedis({ url: url ?? '', name, use: 'command', log: testLogger, checkHashTags: true });
  const log = await connect(env.REDIS_LOG_URL, 'test:log');
  const state = await connect(env.REDIS_STATE_URL, 'test:state');
  const cache = await connect(env.REDIS_CACHE_URL, 'test:cache');
  const mongo = await connectMongo({ uri: env.MONGODB_URI ?? '', name: 'test', log: testLogger });
  const db = openDatabase(mongo);
  if (options.workers === 0) await migrate(db, { holder: 'test', clock: systemClock, log: testLogger });
  const innerUrl = (name: string) =>
    `http://127.0.0.1:${cluster.processes.find((item) => item.name === name)?.innerPort}`;
  return {
    cluster,
    log,
    state,
    cache,
    mongo,
    db,
    streams: await openFixStreams(log, REGION, SHARDS),
    env,
    async metric(process, name, labels) {
      return sumMetric(await (await fetch(`${innerUrl(process)}/metrics`)).text(), name, labels);
    },
    async health(process) {
      return (await (await fetch(`${innerUrl(process)}/health`)).json()) as never;
    },
    async stop() {
      if (process.env.MONGODB_TEST_URI) await mongo.connection.dropDatabase();
      await Promise.all([quitRedis(log), quitRedis(state), quitRedis(cache), mongo.close()]);
      await cluster.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** `driver:boot:seq` of a fix. */
export const fixKey = (driverId: string, boot: string, seq: number) => `${driverId}:${boot}:${seq}`;

export function judgedFix(seq: number, verdict: Verdict = 'ok', t = Date.now()): JudgedFix {
  return { seq, t, lat: 37.77, lng: -122.41, speed: 8, heading: 90, accuracy: 5, flags: 0, verdict };
}

export function fixRecord(
  driverId: string,
  boot: string,
  fixes: JudgedFix[],
  more: Partial<FixRecord> = {},
): FixRecord {
  return {
    driverId: driverId as DriverId,
    boot: boot as BootId,
    bootIndex: 1,
    status: 'available',
    receivedAt: Date.now(),
    lowest: 0,
    fixes,
    ...more,
  };
}

/** Writes fixes to the streams as a gateway does, and knows which of them were appended. */
export class FixSource {
  readonly appended = new Set<string>();
  readonly #log: FixLog<readonly string[]>;

  constructor(harness: Pick<WorkersHarness, 'log' | 'streams'>) {
    this.#log = new FixLog({
      redis: harness.log,
      streams: harness.streams,
      flushFixes: 500,
      flushMs: 5,
      bufferFixes: 1_000_000,
      onAppended: (keys) => {
        for (const key of keys) this.appended.add(key);
      },
    });
  }

  send(record: FixRecord): void {
    this.#log.append(
      record,
      record.fixes.map(({ seq }) => fixKey(record.driverId, record.boot, seq)),
    );
  }

  /** Resolves when all is appended. */
  async flush(deadlineMs = 20_000): Promise<void> {
    const deadline = Date.now() + deadlineMs;
    while (this.#log.held > 0) {
      if (Date.now() > deadline) throw new Error(`${this.#log.held} fixes were not appended in time`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** Every stored fix with the document that holds it: a fix that stands in two, or in a wrong one, is there twice. */
export async function storedFixes(db: Database): Promise<string[]> {
  const found: string[] = [];
  for await (const raw of db.collection(trackCollection).find({})) {
    const track = raw as unknown as StoredTrack;
    for (const seq of Object.keys(track.f)) found.push(fixKey(track.driverId, track.boot, Number(seq)));
  }
  return found;
}

/** Entries in all fix streams, and those that `history` has not acknowledged. */
export async function streamBacklog(
  harness: Pick<WorkersHarness, 'log' | 'streams'>,
): Promise<{ length: number; pending: number; lag: number }> {
  const sum = { length: 0, pending: 0, lag: 0 };
  for (const key of harness.streams.keys) {
    sum.length += await harness.log.xlen(key);
    const groups = (await harness.log.xinfo('GROUPS', key).catch(() => [])) as (string | number)[][];
    for (const group of groups) {
      sum.pending += Number(group[group.indexOf('pending') + 1]);
      sum.lag += Number(group[group.indexOf('lag') + 1] ?? 0);
    }
  }
  return sum;
}

/** The dead letters of all shards, parsed. */
export async function deadLetters(
  harness: Pick<WorkersHarness, 'log' | 'streams'>,
): Promise<Record<string, unknown>[]> {
  const letters: Record<string, unknown>[] = [];
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const entries = await harness.log.xrange(
      fixDeadLetters(REGION, harness.streams.generation, shard),
      '-',
      '+',
    );
    for (const [, fields] of entries) letters.push(JSON.parse(fields[1] ?? ''));
  }
  return letters;
}

/** Runs `workers/src/commands/NAME.ts` as the command line does. Resolves with its exit code and what it said. */
export function runCommand(
  env: Readonly<Record<string, string>>,
  name: string,
  args: readonly string[] = [],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const entry = fileURLToPath(new URL(`../../../workers/src/commands/${name}.ts`, import.meta.url));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [entry, ...args],
      {
        env: { PATH: process.env.PATH ?? '', NODE_ENV: 'test', ...env, RIDELINE_PROCESS: name },
        timeout: 120_000,
      },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
  });
}
