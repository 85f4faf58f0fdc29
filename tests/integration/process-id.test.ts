import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimProcessId } from '@rideline/fleet/redis/process-id';
import { processId } from '@rideline/fleet/redis/redis-keys';
import { ensureTokenKeys } from '@rideline/infra/local/development-keys';
import { ROOT } from '@rideline/infra/local/paths';
import { createHealth } from '@rideline/platform/process/health';
import { StopSequence } from '@rideline/platform/process/stop-phases';
import { connectRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startChild } from '../harness/processes/child-process.ts';
import { startService } from '../harness/processes/service-process.ts';
import { type RedisServer, startRedis } from '../harness/servers/redis-server.ts';
import { REGION, testLogger, testMetrics } from '../harness/test-process.ts';

let redis: RedisServer;
let state: RedisClient;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-process-id-'));
  redis = await startRedis();
  state = await connectRedis({ url: redis.url, name: 'test', use: 'command', log: testLogger });
  env = {
    REDIS_LOG_URL: redis.url,
    REDIS_STATE_URL: redis.url,
    REDIS_CACHE_URL: redis.url,
    // The API starts without MongoDB.
    MONGODB_URI: 'mongodb://127.0.0.1:1/rideline',
    RIDELINE_TOKEN_KEYS_FILE: ensureTokenKeys(join(folder, 'keys.json')),
  };
});

afterAll(async () => {
  await quitRedis(state);
  await redis.stop();
  await rm(folder, { recursive: true });
});

function claimHere(id: string) {
  const stop = new StopSequence();
  const health = createHealth({ process: id, metrics: testMetrics, lagMs: () => 0, lagLimitMs: 1 });
  const claimed = claimProcessId({
    config: { process: id, region: REGION },
    state,
    health,
    log: testLogger,
    onStop: stop.add,
  });
  return { claimed, health, stop: () => stop.run(testLogger) };
}

it('OPS-51: a second process under a live id refuses to start and names the variable; after a kill -9 the id is free at once', async () => {
  const first = await startService('api', 'api-twin', { env });
  const second = startChild(process.execPath, ['api/src/main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, NODE_ENV: 'test', ...env, RIDELINE_PROCESS: 'api-twin' },
  });
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain('another process runs as \\"api-twin\\"');
  expect(second.output()).toContain('RIDELINE_PROCESS');
  expect((await fetch(`${first.innerUrl}/health/ready`)).ok).toBe(true);

  await first.end('SIGKILL');
  const again = await startService('api', 'api-twin', { env });
  expect(again.output()).not.toContain('another process runs');
  expect(await again.end()).toBe(0);
  expect(await state.exists(processId(REGION, 'api-twin'))).toBe(0);
});

it('OPS-51: the id of a process that was killed on another host is free when its lease has expired', async () => {
  await state.set(processId(REGION, 'remote'), 'another-host/1/x', 'PX', 2000);
  const { claimed, stop } = claimHere('remote');
  await claimed;
  expect(await state.get(processId(REGION, 'remote'))).toContain(`/${process.pid}/`);
  expect(await stop()).toBe(true);
  expect(await state.exists(processId(REGION, 'remote'))).toBe(0);
});

it('OPS-51: a pid that does not run here proves nothing about a holder on a machine of the same name', async () => {
  const key = processId(REGION, 'namesake');
  const holder = `${hostname()}/999999999/x`;
  await state.set(key, holder, 'PX', 5000);
  const { claimed, stop } = claimHere('namesake');
  await sleep(1000);
  expect(await state.get(key)).toBe(holder);
  await claimed;
  expect(await state.get(key)).toContain(`/${process.pid}/`);
  await stop();
});

it('OPS-51: an id that another process has taken meanwhile is reported in health', async () => {
  const { claimed, health, stop } = claimHere('lost');
  await claimed;
  await state.set(processId(REGION, 'lost'), 'another-host/1/x', 'PX', 60_000);
  await vi.waitFor(
    () =>
      expect(health.answer().reasons).toContainEqual({
        dependency: 'process-id',
        reason: 'another process runs as "lost"',
      }),
    { timeout: 20_000 },
  );
  await stop();
  expect(await state.get(processId(REGION, 'lost'))).toBe('another-host/1/x');
});
