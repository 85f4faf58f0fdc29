import { regionIdSchema } from '@rideline/contract';
import { releaseLease, takeLease } from '@rideline/fleet/redis/lease';
import { lease } from '@rideline/fleet/redis/redis-keys';
import { startLeaderLoop } from '@rideline/workers/leader-loop';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type RedisServer, startRedis } from '../harness/servers/redis-server.ts';
import { testLogger } from '../harness/test-process.ts';

const SOON = { timeout: 30_000 };
const region = regionIdSchema.parse('main');
let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

it('TRIP-60: a process that is not the leader says so, so that no gauge keeps what it had as the leader', async () => {
  const state = redis.client;
  const key = lease(region, 'sweepers');
  const others = await takeLease(state, key, 'workers-2', 30_000);
  const seen: string[] = [];
  const loop = startLeaderLoop({
    name: 'sweepers',
    region,
    member: 'workers-1',
    state,
    leaseMs: 10_000,
    everyMs: 20,
    round: async () => {
      seen.push('round');
      return 'idle';
    },
    onFollowing: () => seen.push('following'),
    onFailure: (error) => seen.push(error.message),
    logger: testLogger,
  });
  await vi.waitFor(() => expect(seen).toContain('following'), SOON);
  expect(seen).not.toContain('round');
  await releaseLease(state, key, 'workers-2', others as number);
  await vi.waitFor(() => expect(seen).toContain('round'), SOON);
  await loop.stop();
  expect(new Set(seen)).toEqual(new Set(['following', 'round']));
});
