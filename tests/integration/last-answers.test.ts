import { createLastAnswers, type LastAnswers } from '@rideline/api/cache/last-answers';
import { API_METRICS } from '@rideline/api/metrics';
import { CodedError, regionIdSchema, type UserId } from '@rideline/contract';
import { eraseFromRedis } from '@rideline/fleet/privacy/erase-redis';
import type { ErasureParts } from '@rideline/fleet/privacy/erasure-parts';
import { createMetrics } from '@rideline/platform/metrics/metrics';
import { openRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import type { Principal } from '@rideline/platform/tokens/tokens';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type RedisServer, startRedis } from '../harness/servers/redis-server.ts';
import { testLogger } from '../harness/test-process.ts';

const PATH = '/v1/trips/:tripId';
const { metrics } = createMetrics('test', API_METRICS);
let redis: RedisServer;
let client: RedisClient;
let lastAnswers: LastAnswers;
let wallMs = 1_800_000_000_000;

beforeAll(async () => {
  redis = await startRedis();
  client = openRedis({
    url: redis.url,
    name: 'cache',
    use: 'publisher',
    log: testLogger,
    checkHashTags: true,
  });
  await vi.waitFor(() => expect(client.status).toBe('ready'));
  const region = regionIdSchema.parse('main');
  lastAnswers = createLastAnswers({ redis: client, region, wallMs: () => wallMs, metrics });
});
beforeEach(async () => {
  await redis.client.flushall();
  metrics.stale_copies_total.reset();
  metrics.stale_answers_total.reset();
});
afterAll(async () => {
  await quitRedis(client);
  await redis.stop();
});

function requestOf(userId: string, tripId = 't1') {
  const headers: Record<string, string> = {};
  const caller = { role: 'rider', userId } as unknown as Principal;
  return {
    caller,
    params: { tripId },
    query: {},
    headers,
    setHeader: (name: string, value: string) => {
      headers[name] = value;
    },
  };
}
const times = async () => {
  throw new CodedError('TIMEOUT');
};
const stored = (outcome: string, count: number) =>
  vi.waitFor(async () => {
    const { values } = await metrics.stale_copies_total.get();
    expect(values.find(({ labels }) => labels.outcome === outcome)?.value).toBe(count);
  });

it('CACHE-22: a last answer is given to its caller for its request, with its age, until its time is over', async () => {
  expect(await lastAnswers.answer(PATH, requestOf('r1'), async () => ({ state: 'a' }))).toEqual({
    state: 'a',
  });
  await stored('stored', 1);
  wallMs += 30_000;
  const request = requestOf('r1');
  expect(await lastAnswers.answer(PATH, request, times)).toEqual({ state: 'a' });
  expect(request.headers).toEqual({
    'Cache-Status': 'Rideline; hit; ttl=-30; detail=stale',
    'X-Rideline-Cache': 'stale',
    Age: '30',
  });
  await expect(lastAnswers.answer(PATH, requestOf('r2'), times)).rejects.toThrow(CodedError);
  await expect(lastAnswers.answer(PATH, requestOf('r1', 't2'), times)).rejects.toThrow(CodedError);
  wallMs += 91_000;
  await expect(lastAnswers.answer(PATH, requestOf('r1'), times)).rejects.toMatchObject({ code: 'TIMEOUT' });
  const [key = ''] = await redis.client.keys('*');
  expect(await redis.client.pttl(key)).toBeLessThanOrEqual(120_000);
});

it('CACHE-22: an error that is an answer is not hidden, and the cache Redis away leaves the error of the read', async () => {
  await lastAnswers.answer(PATH, requestOf('r1'), async () => ({ state: 'a' }));
  await stored('stored', 1);
  for (const error of [new CodedError('CONFLICT'), new TypeError('broken')]) {
    const fails = async () => {
      throw error;
    };
    await expect(lastAnswers.answer(PATH, requestOf('r1'), fails)).rejects.toBe(error);
  }
  redis.pause();
  try {
    await expect(lastAnswers.answer(PATH, requestOf('r1'), times)).rejects.toMatchObject({ code: 'TIMEOUT' });
  } finally {
    redis.resume();
  }
});

it('CACHE-24: what the caller may no longer see has no last answer', async () => {
  await lastAnswers.answer(PATH, requestOf('r1'), async () => ({ state: 'a' }));
  await stored('stored', 1);
  wallMs += 1000;
  const gone = async () => {
    throw new CodedError('NOT_FOUND');
  };
  await expect(lastAnswers.answer(PATH, requestOf('r1'), gone)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await stored('stored', 2);
  await expect(lastAnswers.answer(PATH, requestOf('r1'), times)).rejects.toMatchObject({ code: 'TIMEOUT' });
});

it('CACHE-24: an answer that is too large, or one too many at a time, is given and not stored', async () => {
  const large = { text: 'x'.repeat(300_000) };
  expect(await lastAnswers.answer(PATH, requestOf('r1'), async () => large)).toBe(large);
  await stored('too_large', 1);
  await lastAnswers.answer(
    PATH,
    requestOf('r1'),
    async () => ({ n: 1 }),
    () => false,
  );
  await stored('too_large', 2);
  await Promise.all(
    Array.from({ length: 40 }, (_, n) => lastAnswers.answer(PATH, requestOf(`u${n}`), async () => ({ n }))),
  );
  await stored('stored', 32);
  await stored('skipped', 8);
});

it('CACHE-24: of two reads that overlap, the copy of the later one stays', async () => {
  const held = Promise.withResolvers<{ n: number }>();
  const early = lastAnswers.answer(PATH, requestOf('r1'), () => held.promise);
  wallMs += 1000;
  await lastAnswers.answer(PATH, requestOf('r1'), async () => ({ n: 2 }));
  await stored('stored', 1);
  held.resolve({ n: 1 });
  await early;
  await stored('outdated', 1);
  expect(await lastAnswers.answer(PATH, requestOf('r1'), times)).toEqual({ n: 2 });
});

it('ADM-41: an erasure removes the last answers of everybody, also those that do not hold the id', async () => {
  const request = requestOf('operator-1');
  const page = { fixes: [{ lat: 1, lng: 2 }] };
  expect(await lastAnswers.answer(PATH, request, async () => page)).toEqual(page);
  await stored('stored', 1);
  expect(await lastAnswers.answer(PATH, request, times)).toEqual(page);
  await redis.client.set('main:catalogue:all', '1|{}');
  const region = regionIdSchema.parse('main');
  await eraseFromRedis({ state: client, cache: client, region } as ErasureParts, 'driver-9' as UserId);
  await expect(lastAnswers.answer(PATH, request, times)).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(await redis.client.keys('*')).toEqual(['main:catalogue:all']);
});
