import { openRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type SilentProxy, startSilentProxy } from '../harness/faults/silent-proxy.ts';
import { type RedisCluster, startRedisCluster } from '../harness/servers/redis-cluster.ts';
import { testLogger } from '../harness/test-process.ts';

const WAIT = { timeout: 60_000, interval: 200 };
/** Of three slots, one on each node. */
const SHARDED = ['{a}news', '{b}news', '{c}news'] as const;
let cluster: RedisCluster;
let proxies: SilentProxy[];
let subscriber: RedisClient;
let publisher: RedisClient;
const received: string[] = [];

beforeAll(async () => {
  cluster = await startRedisCluster();
  proxies = await Promise.all(cluster.ports.map((port) => startSilentProxy(port)));
  await cluster.announce(proxies.map(({ port }) => port));
  const url = `redis-cluster://${proxies.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  subscriber = openRedis({ url, name: 'silent-subscriber', use: 'subscriber', log: testLogger });
  publisher = openRedis({ url, name: 'silent-publisher', use: 'command', log: testLogger });
  subscriber.on('message', (channel: string, text: string) => received.push(`${channel} ${text}`));
  subscriber.on('smessage', (channel: string, text: string) => received.push(`${channel} ${text}`));
  await subscriber.subscribe('news');
  for (const channel of SHARDED) await subscriber.ssubscribe(channel);
});
afterAll(async () => {
  for (const client of [subscriber, publisher]) if (client) await quitRedis(client, 100);
  await Promise.all((proxies ?? []).map((proxy) => proxy.close()));
  await cluster?.stop();
});

/** Publishes on every channel until all of them are heard. */
async function untilHeard(text: string): Promise<void> {
  const direct = new Redis({ port: cluster.ports[0] as number, host: '127.0.0.1' });
  try {
    await vi.waitFor(async () => {
      await direct.publish('news', text);
      for (const channel of SHARDED) await publisher.spublish(channel, text);
      expect(received).toEqual(expect.arrayContaining(['news', ...SHARDED].map((name) => `${name} ${text}`)));
    }, WAIT);
  } finally {
    direct.disconnect();
  }
}

test('DEG-26: a subscriber of a Redis Cluster whose nodes fall silent hears its channels again, ordinary and sharded ones', async () => {
  await untilHeard('before');
  for (const proxy of proxies) expect(proxy.swallow()).toBeGreaterThan(0);
  await untilHeard('after');
}, 120_000);
