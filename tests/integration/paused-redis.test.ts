import { joinCluster } from '@rideline/fleet/redis/cluster-members';
import { clusterMembers } from '@rideline/fleet/redis/redis-keys';
import { StopSequence } from '@rideline/platform/process/stop-phases';
import { openRedis, quitRedis, type RedisUse, whenReady } from '@rideline/platform/redis/redis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startService } from '../harness/processes/service-process.ts';
import { type RedisServer, startRedis } from '../harness/servers/redis-server.ts';
import { REGION, testLogger } from '../harness/test-process.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const open = (use: RedisUse, onTimeout?: () => void) =>
  openRedis({ url: redis.url, name: 'test', use, log: testLogger, ...(onTimeout && { onTimeout }) });

it('DEG-34: each command without an answer in time is counted, and no other failure', async () => {
  const onTimeout = vi.fn();
  const client = open('publisher', onTimeout);
  await whenReady(client);
  await expect(client.call('no-such-command')).rejects.toThrow('unknown command');
  redis.pause();
  try {
    const unanswered = [client.ping(), client.pipeline().get('a').get('a').exec()] as const;
    await expect(unanswered[0]).rejects.toThrow('Command timed out');
    await unanswered[1];
    expect(onTimeout).toHaveBeenCalledTimes(3);
  } finally {
    redis.resume();
    await quitRedis(client);
  }
});

it('DEG-34: a process that is stopped while Redis is silent does not wait for it to leave the list of processes', async () => {
  // Without a command timeout of its own: the step has to end by its own deadline.
  const state = open('blocking');
  await whenReady(state);
  const stop = new StopSequence();
  const config = { process: 'p1' as never, region: REGION };
  await joinCluster({ config, state, log: testLogger, onStop: stop.add }, ['api']);
  expect(await redis.client.hlen(clusterMembers(REGION))).toBe(1);
  redis.pause();
  try {
    expect(await stop.run(testLogger)).toBe(true);
  } finally {
    redis.resume();
    state.disconnect();
  }
});

it('DEG-35: a gateway without a readable keys file fails at once, also while Redis is away', async () => {
  const env = {
    REDIS_LOG_URL: 'redis://127.0.0.1:1',
    REDIS_STATE_URL: 'redis://127.0.0.1:1',
    REDIS_CACHE_URL: 'redis://127.0.0.1:1',
    MONGODB_URI: 'mongodb://127.0.0.1:1/rideline',
    RIDELINE_TOKEN_KEYS_FILE: '/nowhere/keys.json',
  };
  await expect(startService('gateway', 'gateway-keys', { env })).rejects.toThrow('/nowhere/keys.json');
});
