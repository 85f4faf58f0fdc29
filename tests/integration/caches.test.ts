import { regionIdSchema } from '@rideline/contract';
import { cacheChanges, cached } from '@rideline/fleet/redis/redis-keys';
import { type Cache, createCache } from '@rideline/platform/cache/cache';
import type { Versioned } from '@rideline/platform/cache/cache-store';
import { createMetrics } from '@rideline/platform/metrics/metrics';
import { createLogger } from '@rideline/platform/process/logger';
import { openRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type RedisServer, startRedis } from '../harness/servers/redis-server.ts';

const region = regionIdSchema.parse('main');
const log = createLogger({ process: 'test', level: 'silent' });
const { metrics } = createMetrics('test');

const SOON = { timeout: 60_000 };

let redis: RedisServer;
const clients: RedisClient[] = [];
const caches: Cache[] = [];

async function node(): Promise<Cache> {
  const client = openRedis({ url: redis.url, name: 'cache', use: 'publisher', log, checkHashTags: true });
  clients.push(client);
  await vi.waitFor(() => expect(client.status).toBe('ready'), SOON);
  const keyOf = (prefix: string, id: string) => cached(region, prefix, id);
  const isSourceAway = (error: unknown) => (error as Error).message === 'MongoDB is unavailable';
  const cache = createCache({ redis: client, keyOf, channel: cacheChanges(region), metrics, isSourceAway });
  caches.push(cache);
  return cache;
}

/** Stands for MongoDB: one value with its version, and the number of reads. */
function record(value: string) {
  const state = { version: 1, value, reads: 0, fails: false, refuses: false };
  return {
    state,
    load: async (): Promise<Versioned<string>> => {
      state.reads += 1;
      if (state.fails) throw new Error('MongoDB is unavailable');
      if (state.refuses) throw new Error('refused');
      return { version: state.version, value: state.value };
    },
    write(next: string) {
      state.version += 1;
      state.value = next;
      return state.version;
    },
  };
}

let one: Cache;
let other: Cache;
beforeAll(async () => {
  redis = await startRedis();
  one = await node();
  other = await node();
});
beforeEach(() => redis.client.flushall());
afterAll(async () => {
  for (const cache of caches) cache.stop();
  await Promise.all(clients.map((client) => quitRedis(client)));
  await redis.stop();
});

it('CACHE-1: what one node has read another serves without MongoDB, under the region and the prefix of its cache', async () => {
  const { load, state } = record('a');
  expect(await one.read('profile', 'u1', load)).toEqual({ value: 'a', source: 'miss' });
  expect(await other.read('profile', 'u1', load)).toEqual({ value: 'a', source: 'hit' });
  expect(state.reads).toBe(1);
  expect(await redis.client.keys('*')).toEqual(['main:user:profile:u1']);
  const profile = other.counts().get('profile');
  expect([profile?.hit, profile?.miss]).toEqual([1, 0]);
});

it('CACHE-2: after a change no older version is served, and none can be stored, however late it arrives', async () => {
  const { load, write, state } = record('a');
  await one.read('profile', 'u1', load);
  // Read before the change, stored after it.
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  await redis.client.flushall();
  const late = other.read('profile', 'u1', async () => {
    const old = { version: state.version, value: state.value };
    begun.resolve();
    await held.promise;
    return old;
  });
  await begun.promise;
  await one.changed('profile', 'u1', write('b'));
  held.resolve();
  await late;
  expect(await other.read('profile', 'u1', load)).toEqual({ value: 'b', source: 'miss' });
  expect(await one.read('profile', 'u1', load)).toEqual({ value: 'b', source: 'hit' });
  // An older change that arrives late removes nothing.
  await other.changed('profile', 'u1', 1);
  expect(await one.read('profile', 'u1', load)).toEqual({ value: 'b', source: 'hit' });
});

it('CACHE-3: with the cache stopped, responses come from MongoDB and say so; the changes it missed are sent when it is back', async () => {
  const { load, write } = record('a');
  await one.read('profile', 'u1', load);
  redis.pause();
  const version = write('b');
  await one.changed('profile', 'u1', version);
  expect(await one.read('profile', 'u1', load)).toEqual({ value: 'b', source: 'degraded' });
  redis.resume();
  await vi.waitFor(
    async () => expect(await other.read('profile', 'u1', load)).toMatchObject({ value: 'b', source: 'hit' }),
    { timeout: 10_000, interval: 100 },
  );
});

it('CACHE-5: an entry past its lifetime is served only while MongoDB does not answer, and is marked stale', async () => {
  const { load, state } = record('a');
  // The node may still be in its pause after the previous outage.
  await vi.waitFor(
    async () => expect(await one.read('profile', 'u5', load)).toMatchObject({ source: 'hit' }),
    SOON,
  );
  await redis.client.pexpire('main:user:profile:u5', 3_600_000 - 1);
  state.fails = true;
  expect(await one.read('profile', 'u5', load)).toEqual({
    value: 'a',
    source: 'stale',
    ageMs: expect.any(Number),
  });
  state.fails = false;
  // MongoDB answers, with an error: that is not "away".
  state.refuses = true;
  await expect(one.read('profile', 'u5', load)).rejects.toThrow('refused');
  state.refuses = false;
  expect(await one.read('profile', 'u5', load)).toEqual({ value: 'a', source: 'miss' });
  // A changed entry is not served at all.
  await one.changed('profile', 'u5', 2);
  state.fails = true;
  await expect(one.read('profile', 'u5', load)).rejects.toThrow('MongoDB is unavailable');
});

it('CACHE-6: a hundred simultaneous requests cost one read from MongoDB', async () => {
  const { load, state } = record('a');
  await Promise.all(Array.from({ length: 100 }, () => one.read('profile', 'u5', load)));
  expect(state.reads).toBe(1);
});
