import { loadavg } from 'node:os';
import type { Cluster } from '@rideline/infra/local/cluster';
import { RAISED_LIMITS } from '@rideline/infra/local/raised-limits';
import { createLogger } from '@rideline/platform/process/logger';
import { connectRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { startTemporaryCluster } from '../../cluster/temporary-cluster.ts';
import { createTokenIssuer } from '../../cluster/token-issuer.ts';
import { type Accounted, programsOf } from '../../process/process-cpu.ts';
import type { BenchRunOptions } from '../bench.ts';
import { keepMoving, LARGE, placeFleet, SMALL } from './fleet.ts';
import { FRESH_MS, measureNearest, type NearestResult } from './nearest.ts';
import { measureRest, type RestFigures } from './rest.ts';

/** `bench geo`: the nearest 10 of 200,000 drivers, beside one GEOSEARCH and beside 20,000 drivers; then over REST while drivers move. */
export const MOVES_PER_SECOND = 2000;

interface Plan {
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly nearestMs: number;
  readonly restMs: number;
  /** Searches per second. */
  readonly restRates: readonly number[];
}

const FULL: Plan = {
  rounds: 5,
  warmUpMs: 1000,
  nearestMs: 4000,
  restMs: 8000,
  restRates: [40, 100, 200, 300, 400, 500, 600, 800, 1000, 1300, 1600],
};
const QUICK: Plan = { rounds: 2, warmUpMs: 300, nearestMs: 600, restMs: 1000, restRates: [100, 300] };

export interface GeoResult extends NearestResult {
  readonly plan: Plan;
  readonly loadBefore: number;
  readonly rest: readonly RestFigures[];
}

export async function benchGeo(options: BenchRunOptions): Promise<GeoResult> {
  const loadBefore = loadavg()[0] ?? 0;
  const plan = options.quick ? QUICK : FULL;
  options.onProgress('starting three Redis servers and an API');
  await using opened = new AsyncDisposableStack();
  const { cluster } = opened.use(await startServers());
  const redis = await connectRedis({
    url: cluster.env.REDIS_STATE_URL ?? '',
    name: 'bench',
    use: 'command',
    log: createLogger({ process: 'bench', level: 'silent' }),
  });
  opened.defer(() => quitRedis(redis));
  return { plan, loadBefore, ...(await measureAll(cluster, redis, plan, options)) };
}

const startServers = () =>
  startTemporaryCluster({
    servers: ['redis-log', 'redis-state', 'redis-cache'],
    scale: { gateway: 0, api: 1, workers: 0 },
    env: {
      ...RAISED_LIMITS,
      // No cached answers: each search is executed.
      RIDELINE_SEARCH_CACHE_MS: '0',
      RIDELINE_SEARCH_FRESH_MS: String(FRESH_MS),
      RIDELINE_LOG_LEVEL: 'warn',
    },
  });

async function measureAll(
  cluster: Cluster,
  redis: RedisClient,
  plan: Plan,
  { onProgress, signal }: BenchRunOptions,
): Promise<NearestResult & Pick<GeoResult, 'rest'>> {
  for (const fleet of [LARGE, SMALL]) {
    signal.throwIfAborted();
    onProgress(`placing ${fleet.drivers} drivers`);
    await placeFleet(redis, fleet);
  }
  const { rounds } = plan;
  const server = stateServerOf(cluster);
  const nearest = await measureNearest({
    redis,
    server,
    rounds,
    warmUpMs: plan.warmUpMs,
    durationMs: plan.nearestMs,
    onProgress,
    signal,
  });
  const issue = await createTokenIssuer(cluster.env);
  const port = cluster.processes.find(({ role }) => role === 'api')?.port;
  const moving = keepMoving(redis, LARGE, MOVES_PER_SECOND);
  const rest = await measureRest({
    url: `http://127.0.0.1:${port}`,
    token: await issue('operator', 'bench'),
    rates: plan.restRates,
    rounds,
    durationMs: plan.restMs,
    onProgress,
    signal,
  }).finally(() => moving.stop());
  return { ...nearest, rest };
}

function stateServerOf(cluster: Cluster): Accounted {
  const server = programsOf(cluster).find(({ name }) => name.startsWith('redis-state'));
  if (server === undefined) throw new Error('the state Redis was not started here: its CPU cannot be read');
  return server;
}
