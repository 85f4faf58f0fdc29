import {
  driverSearchAnswerSchema,
  fixesAnswerSchema,
  homeSchema,
  problemSchema,
  signedInSchema,
} from '@rideline/contract';
import * as keys from '@rideline/fleet/redis/redis-keys';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiHarness, startApiHarness } from '../harness/cluster/api-harness.ts';
import { type RedisCluster, startRedisCluster } from '../harness/servers/redis-cluster.ts';
import { REGION } from '../harness/test-process.ts';

let redis: RedisCluster;
let harness: ApiHarness;

beforeAll(async () => {
  redis = await startRedisCluster();
  const { url } = redis;
  harness = await startApiHarness({
    env: { REDIS_LOG_URL: url, REDIS_STATE_URL: url, REDIS_CACHE_URL: url },
  });
});
afterAll(async () => {
  await harness.stop();
  await redis.stop();
});

it('DEG-1: search, the home screen, fixes over HTTP and sign-in work on a Redis Cluster of three masters', async () => {
  const state = harness.redis('STATE');
  for (const driver of ['cab-1', 'cab-2', 'cab-3', 'cab-4']) {
    // As if the driver had gone available on a socket before.
    await state.hset(keys.driver(REGION, driver as never), 'status', 'available');
    const fixes = [[0, Date.now(), 37.7, -122.4]];
    const answer = await harness.post('/v1/drivers/me/fixes', { boot: 'b1', fixes }, 'driver', driver);
    expect(fixesAnswerSchema.parse(await answer.json()).ack.received).toBe(0);
  }
  const found = await harness.get('/v1/drivers/search?lat=37.7&lng=-122.4', 'operator');
  const { drivers } = driverSearchAnswerSchema.parse(await found.json());
  expect(drivers.map(({ driverId }) => driverId).sort()).toEqual(['cab-1', 'cab-2', 'cab-3', 'cab-4']);
  const home = homeSchema.parse(await (await harness.get('/v1/home?lat=37.7&lng=-122.4', 'rider')).json());
  expect(home).toMatchObject({ openTrip: null, nearby: { total: 4, tiles: [{ cars: 4 }] } });
  const { RIDELINE_OPERATOR_NAME: name, RIDELINE_OPERATOR_PASSWORD: password } = harness.cluster.env;
  const guess = await harness.post('/v1/sign-in', { name, password: 'y' });
  expect(problemSchema.parse(await guess.json()).code).toBe('UNAUTHENTICATED');
  const signedIn = signedInSchema.parse(await (await harness.post('/v1/sign-in', { name, password })).json());
  const headers = { Authorization: `Bearer ${signedIn.token}` };
  await fetch(`${harness.url}/v1/sign-out-everywhere`, { method: 'POST', headers });
  expect(await state.xlen(keys.revocations(REGION))).toBe(1);
});
