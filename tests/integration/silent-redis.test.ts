import { startTcpProxy } from '@rideline/infra/proxy/tcp-proxy';
import { openRedis, quitRedis, type RedisClient, type RedisUse } from '@rideline/platform/redis/redis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type SilentProxy, startSilentProxy } from '../harness/faults/silent-proxy.ts';
import { type RedisServer, startRedis } from '../harness/servers/redis-server.ts';
import { testLogger } from '../harness/test-process.ts';

/** A blocking connection may wait 15 s for an answer before it counts as silent. */
const WAIT = { timeout: 60_000, interval: 200 };

let redis: RedisServer;
let proxy: SilentProxy;
let client: RedisClient;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());
beforeEach(async () => {
  proxy = await startSilentProxy(Number(new URL(redis.url).port));
});
afterEach(async () => {
  if (client) await quitRedis(client, 100);
  await proxy.close();
});

const open = async (use: RedisUse): Promise<RedisClient> => {
  client = openRedis({ url: `redis://127.0.0.1:${proxy.port}`, name: `silent-${use}`, use, log: testLogger });
  await vi.waitFor(() => expect(client.status).toBe('ready'), WAIT);
  return client;
};

test.each(['command', 'publisher'] as const)(
  'DEG-26: a %s connection to a Redis host that falls silent is dialled again within seconds',
  async (use) => {
    const commands = await open(use);
    expect(await commands.ping()).toBe('PONG');
    expect(proxy.swallow()).toBe(1);
    await vi.waitFor(async () => expect(await commands.ping()).toBe('PONG'), WAIT);
  },
);

test('DEG-26: a subscriber that hears nothing because its Redis host fell silent subscribes again', async () => {
  const subscriber = await open('subscriber');
  const received: string[] = [];
  subscriber.on('message', (_channel, text) => received.push(text));
  await subscriber.subscribe('news');
  expect(proxy.swallow()).toBe(1);
  await vi.waitFor(async () => {
    await redis.client.publish('news', 'again');
    expect(received).toContain('again');
  }, WAIT);
});

test('DEG-26: a read that blocks on a Redis host that fell silent is repeated on a new connection', async () => {
  const reader = await open('blocking');
  const read = async () => {
    for (;;) {
      const found = await reader.xread('BLOCK', 1000, 'STREAMS', 'silent-stream', '0');
      if (found !== null) return found;
    }
  };
  const answer = read();
  await vi.waitFor(() => expect(proxy.swallow()).toBe(1), WAIT);
  await redis.client.xadd('silent-stream', '*', 'field', 'value');
  await expect(answer).resolves.toMatchObject([
    ['silent-stream', [[expect.any(String), ['field', 'value']]]],
  ]);
});

test('DEG-28: a connection that is closed before Redis has answered its renewed subscription ends nothing else; its errors name it', async () => {
  const { port } = redis;
  let connections = 0;
  let cutFirst: (() => void) | undefined;
  const deaf = await startTcpProxy(
    { host: '127.0.0.1', port },
    ({ client: phone, target, breakConnection }) => {
      connections += 1;
      const first = connections === 1;
      phone.on('data', (chunk) => {
        if (first || !/subscribe/i.test(chunk.toString('latin1'))) target.write(chunk);
      });
      target.on('data', (chunk) => phone.write(chunk));
      cutFirst ??= breakConnection;
    },
  );
  const unhandled: unknown[] = [];
  const onUnhandled = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', onUnhandled);
  const subscriber = openRedis({
    url: `redis://127.0.0.1:${deaf.port}`,
    name: 'gateway-1:news',
    use: 'subscriber',
    log: testLogger,
  });
  try {
    await subscriber.subscribe('news');
    cutFirst?.();
    await vi.waitFor(() => expect([connections, subscriber.status]).toEqual([2, 'ready']), WAIT);
    const own = subscriber.subscribe('more');
    subscriber.disconnect();
    await expect(own).rejects.toMatchObject({ connection: 'gateway-1:news' });
    await expect(subscriber.ping()).rejects.toMatchObject({ connection: 'gateway-1:news' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', onUnhandled);
    await deaf.close();
  }
});
