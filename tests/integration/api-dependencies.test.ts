import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Dependency } from '@rideline/api/process/dependency';
import { openRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApiHarness, startApiHarness } from '../harness/cluster/api-harness.ts';
import { innerUrlOf } from '../harness/processes/process-address.ts';
import { processMetric } from '../harness/processes/process-metrics.ts';
import { type RedisServer, startRedis } from '../harness/servers/redis-server.ts';
import { testLogger } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 100 };

/** Cuts every connection to this Redis but the one that asks; clients connect again within 100 ms. */
const cutConnections = (client: Pick<RedisClient, 'call'>) =>
  client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');

describe('calls to a Redis', () => {
  let server: RedisServer;
  let client: RedisClient;
  beforeAll(async () => {
    server = await startRedis();
    client = openRedis({ url: server.url, name: 'test', use: 'command', log: testLogger });
  });
  afterAll(async () => {
    await quitRedis(client);
    await server.stop();
  });

  /** Always waits for the whole bound: 100, 200 and 400 ms. */
  function dependency(slots = 10) {
    const onRetry = vi.fn();
    const opened = new Dependency(
      { name: 'redis-state', label: 'Redis', slots, waiting: 0, full: 'BUSY' },
      { openMs: 1000, onState: vi.fn(), onRefused: vi.fn(), onRetry, random: () => 0.999 },
    );
    return { opened, onRetry };
  }

  async function interrupted<T>(work: () => Promise<T>): Promise<T> {
    await vi.waitFor(() => expect(client.status).toBe('ready'), SOON);
    const closed = once(client, 'close');
    await cutConnections(server.client);
    await closed;
    return work();
  }

  it('DEG-22: a read whose connection is lost is repeated until there is one again; a write is not', async () => {
    const { opened, onRetry } = dependency();
    await server.client.set('name', 'value');
    expect(await interrupted(() => opened.read(() => client.get('name')))).toBe('value');
    expect(onRetry.mock.calls.length).toBeGreaterThanOrEqual(1);
    onRetry.mockClear();
    await expect(interrupted(() => opened.call(() => client.incr('count')))).rejects.toThrow();
    expect(onRetry).not.toHaveBeenCalled();
    expect(await server.client.get('count')).toBeNull();
  });

  it('DEG-22: a read is repeated three times, never beyond its deadline, and never when it was answered', async () => {
    const { opened, onRetry } = dependency();
    const failing = async () => {
      throw new Error('Connection is closed.');
    };
    await expect(opened.read(failing)).rejects.toThrow('Connection is closed.');
    expect(onRetry).toHaveBeenCalledTimes(3);
    onRetry.mockClear();
    await expect(opened.read(failing, { timeoutMs: 300 })).rejects.toThrow('Connection is closed.');
    const wrongType = async () => {
      await server.client.lpush('list', 'a');
      return client.get('list');
    };
    await vi.waitFor(() => expect(client.status).toBe('ready'), SOON);
    await expect(opened.read(wrongType)).rejects.toThrow('WRONGTYPE');
    expect(onRetry).not.toHaveBeenCalled();
  });

  it('DEG-21: a slot is held until its call has ended, also when the caller gave up before', async () => {
    const { opened } = dependency(1);
    const ping = () => opened.call(() => client.ping());
    await vi.waitFor(async () => expect(await ping()).toBe('PONG'), SOON);
    // The slot is free a moment after the answer.
    await setImmediate();
    server.pause();
    const late = opened.call(() => client.ping(), { timeoutMs: 200 });
    await expect(late).rejects.toMatchObject({ code: 'TIMEOUT' });
    // The command is still on its connection: another call would get a second slot where there is one.
    await expect(ping()).rejects.toMatchObject({ code: 'BUSY' });
    server.resume();
    await vi.waitFor(async () => expect(await ping()).toBe('PONG'), SOON);
  });
});

describe('requests to the API', () => {
  let harness: ApiHarness;
  beforeAll(async () => {
    harness = await startApiHarness();
  });
  afterAll(() => harness.stop());

  it('DEG-22: a search whose connection is cut is answered, by a repeated read', async () => {
    const state = harness.redis('STATE');
    const retries = () =>
      processMetric(innerUrlOf(harness.cluster, 'api-1'), 'dependency_retries_total', {
        dependency: 'redis-state',
      });
    // The first search finds the connections open.
    await vi.waitFor(
      async () => expect((await harness.get('/v1/drivers/search?lat=1&lng=1', 'operator')).status).toBe(200),
      SOON,
    );
    // Whether a request meets the cut connection is a matter of milliseconds: until one does.
    await vi.waitFor(
      async () => {
        const before = await retries();
        const token = await harness.token('operator');
        await cutConnections(state);
        const answer = await fetch(`${harness.url}/v1/drivers/search?lat=1&lng=1`, {
          headers: { Authorization: `Bearer ${token}` },
        });
        expect([answer.status, (await retries()) > before]).toEqual([200, true]);
      },
      { timeout: 30_000, interval: 300 },
    );
  });
});
