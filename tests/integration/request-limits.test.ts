import { type RegionId, regionIdSchema } from '@rideline/contract';
import { watchNodeCount } from '@rideline/fleet/redis/node-count';
import { requestLimit } from '@rideline/fleet/redis/redis-keys';
import { createRequestLimiter, type RequestLimiter } from '@rideline/platform/limits/request-limiter';
import type { LimitName } from '@rideline/platform/limits/request-limits';
import { createMetrics } from '@rideline/platform/metrics/metrics';
import { createLogger } from '@rideline/platform/process/logger';
import { openRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type RedisServer, startRedis } from '../harness/servers/redis-server.ts';

const region: RegionId = regionIdSchema.parse('main');
const log = createLogger({ process: 'test', level: 'silent' });
const NODES = 3;
const POINTS = 30;

let redis: RedisServer;
const clients: RedisClient[] = [];
const { metrics } = createMetrics('test');

function connect(): RedisClient {
  const client = openRedis({ url: redis.url, name: 'limits', use: 'command', log, checkHashTags: true });
  clients.push(client);
  return client;
}

const node = (): RequestLimiter =>
  createRequestLimiter({
    redis: connect(),
    prefixOf: (limit) => requestLimit(region, limit),
    points: { standard: POINTS },
    nodes: () => NODES,
    metrics,
  });

/** How many of `times` requests are allowed. */
async function allowed(limiter: RequestLimiter, limit: LimitName, key: string, times: number) {
  const usages = await Promise.all(Array.from({ length: times }, () => limiter.count(limit, key)));
  return usages.filter((usage) => usage.allowed).length;
}

let nodes: RequestLimiter[];
beforeAll(async () => {
  redis = await startRedis();
  nodes = Array.from({ length: NODES }, node);
  await Promise.all(
    clients.map((client) => vi.waitFor(() => expect(client.status).toBe('ready'), { timeout: 20_000 })),
  );
});
afterAll(async () => {
  await Promise.all(clients.map((client) => quitRedis(client)));
  await redis.stop();
});

it('LIM-20: one budget over all nodes, each limit separate, under the region and its own prefix', async () => {
  const counts = await Promise.all(nodes.map((one) => allowed(one, 'standard', 'u-1', POINTS)));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(POINTS);
  expect(await allowed(nodes[0] as RequestLimiter, 'critical', 'u-1', 40)).toBe(40);
  expect((await redis.client.keys('*')).sort()).toEqual(['main:rl:critical:u-1', 'main:rl:standard:u-1']);
});

it('LIM-20: the TTL of its key measures a window, and the result says when it ends', async () => {
  const { remaining, points, windowSeconds, resetMs } = await (nodes[0] as RequestLimiter).count(
    'standard',
    'u-2',
  );
  expect([remaining, points, windowSeconds]).toEqual([POINTS - 1, POINTS, 60]);
  const ttl = await redis.client.pttl('main:rl:standard:u-2');
  expect(resetMs).toBeGreaterThan(55_000);
  expect(Math.abs(resetMs - ttl)).toBeLessThan(5000);
});

it('LIM-22: calls for help over the limit are counted and allowed', async () => {
  const one = nodes[0] as RequestLimiter;
  expect(await allowed(one, 'sos', 'u-3', 25)).toBe(25);
  const flagged = await metrics.request_limit_total.get();
  const found = flagged.values.find(({ labels }) => labels.limit === 'sos' && labels.outcome === 'flagged');
  expect(found?.value).toBe(15);
});

it('LIM-21: without Redis each node allows its share, and a caller at their limit has no second budget', async () => {
  const one = nodes[0] as RequestLimiter;
  await allowed(one, 'standard', 'u-spent', POINTS);
  await allowed(one, 'standard', 'u-half', POINTS / 2);
  redis.pause();
  try {
    const fresh = await Promise.all(nodes.map((each) => allowed(each, 'standard', 'u-fresh', POINTS)));
    expect(fresh).toEqual([POINTS / NODES, POINTS / NODES, POINTS / NODES]);
    expect(await allowed(one, 'standard', 'u-spent', POINTS)).toBe(0);
    expect(await allowed(one, 'standard', 'u-half', POINTS)).toBe(POINTS / NODES / 2);
    expect(await allowed(one, 'sos', 'u-fresh', 40)).toBe(40);
  } finally {
    redis.resume();
  }
  // The requests that the node allowed meanwhile count afterwards.
  await vi.waitFor(
    async () => {
      expect(await allowed(one, 'standard', 'u-probe', 1)).toBe(1);
      expect(Number(await redis.client.get('main:rl:standard:u-probe'))).toBeGreaterThan(0);
    },
    { timeout: 10_000, interval: 200 },
  );
  const afterwards = await Promise.all(
    nodes.map(async (each) => {
      let passed = 0;
      for (let time = 0; time < POINTS; time += 1) passed += await allowed(each, 'standard', 'u-fresh', 1);
      return passed;
    }),
  );
  expect(afterwards.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(POINTS * 0.2);
});

it('LIM-21: nodes are counted by the clock of Redis; one that is gone is no longer counted', async () => {
  const counts: number[] = [];
  const watch = (member: string, onCount?: (count: number) => void) =>
    watchNodeCount({
      redis: connect(),
      region,
      role: 'api',
      member,
      onError: () => undefined,
      ...(onCount ? { onCount } : {}),
    });
  const first = watch('api-1', (count) => counts.push(count));
  const second = watch('api-2');
  await vi.waitFor(() => expect(counts.at(-1)).toBe(2), { timeout: 10_000 });
  await second.stop();
  await vi.waitFor(() => expect(counts.at(-1)).toBe(1), { timeout: 10_000 });
  await first.stop();
});
