import { randomUUID } from 'node:crypto';
import {
  createdShareSchema,
  type DriverWatchers,
  driverSearchAnswerSchema,
  fixesAnswerSchema,
  homeSchema,
  problemSchema,
  SHARED_TRIP_ID,
  shareSessionSchema,
  signedInSchema,
  type TripEvent,
  tripWatchersSchema,
} from '@rideline/contract';
import * as keys from '@rideline/fleet/redis/redis-keys';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { connectRaw, type RawClient } from '../harness/clients/raw-client.ts';
import { type ApiHarness, startApiHarness } from '../harness/cluster/api-harness.ts';
import { urlOf } from '../harness/processes/process-address.ts';
import { type RedisCluster, startRedisCluster } from '../harness/servers/redis-cluster.ts';
import { REGION } from '../harness/test-process.ts';

let redis: RedisCluster;
let harness: ApiHarness;

beforeAll(async () => {
  redis = await startRedisCluster();
  const { url } = redis;
  harness = await startApiHarness({
    gateways: 2,
    workers: 1,
    env: {
      RIDELINE_ROLES: 'matching,relay,sweepers,notifications',
      RIDELINE_WAKE_AFTER_MS: '2500',
      REDIS_LOG_URL: url,
      REDIS_STATE_URL: url,
      REDIS_CACHE_URL: url,
    },
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

/** `./rideline test --faults` also kills a gateway: what it left counts for 25 s. */
const FAULTS = process.env.TEST_MODE === 'faults';
const SOON = { timeout: 60_000, interval: 50 };

it('TRACK-55: followers on two gateways, a share, watchers, the wake-up of a silent driver, a revocation and the end of a trip work on a Redis Cluster', async () => {
  const [tripId, rider, cab] = [randomUUID(), 'cluster-rider', 'cluster-cab'];
  const place = { lat: 10, lng: 20 };
  const at = () => new Date().toISOString();
  const trip = { tripId, riderId: rider, driverId: cab, pickup: place, dropoff: place, at: at() };
  expect((await harness.post('/v1/dev/trips', trip, 'operator')).ok).toBe(true);
  const connect = async (gateway: number, namespace: string, token: string) =>
    connectRaw(urlOf(harness.cluster, `gateway-${gateway}`), namespace, token);
  const driver = await connect(1, '/driver', await harness.token('driver', cab));
  await vi.waitFor(
    async () => expect(await driver.ask('sync', {})).toMatchObject({ trip: { tripId } }),
    SOON,
  );
  const share = createdShareSchema.parse(
    await (await harness.post(`/v1/trips/${tripId}/shares`, {}, 'rider', rider)).json(),
  );
  const opened = await harness.post('/v1/shares/session', { share: share.path.replace('/s/', '') });
  const { token } = shareSessionSchema.parse(await opened.json());
  const phone = await connect(1, '/rider', await harness.token('rider', rider));
  const friend = await connect(2, '/rider', token);
  const follow = (client: RawClient, id: string) =>
    vi.waitFor(
      async () => expect(await client.ask('track:subscribe', { tripId: id })).toMatchObject({ ok: true }),
      SOON,
    );
  await follow(phone, tripId);
  await follow(friend, SHARED_TRIP_ID);
  let seq = 0;
  await vi.waitFor(() => {
    seq += 1;
    const fix = [seq, Date.now(), place.lat + seq * 1e-6, place.lng];
    driver.socket.emit('location:update', { boot: 'b1', fixes: [fix] });
    for (const client of [phone, friend])
      expect(client.received('location:update').length).toBeGreaterThan(1);
  }, SOON);
  const watchers = async () => {
    const answer = await harness.get(`/v1/trips/${tripId}/watchers`, 'rider', rider);
    return tripWatchersSchema.parse(await answer.json()).watchers.map(({ role, sockets }) => [role, sockets]);
  };
  const countOfDriver = () => driver.received<DriverWatchers>('trip:watchers').at(-1)?.count;
  await vi.waitFor(async () => {
    expect((await watchers()).sort()).toEqual([
      ['rider', 1],
      ['share', 1],
    ]);
    expect(countOfDriver()).toBe(2);
  }, SOON);
  // No fix any more: the driver is woken on their socket.
  await vi.waitFor(
    () => expect(driver.received('notification')).toContainEqual(expect.objectContaining({ kind: 'wake' })),
    SOON,
  );
  if (FAULTS) {
    await harness.cluster.kill('gateway-2', 'SIGKILL');
    await vi.waitFor(
      async () => expect([await watchers(), countOfDriver()]).toEqual([[['rider', 1]], 1]),
      SOON,
    );
    await harness.cluster.start('gateway-2');
  }
  const again = FAULTS ? await connect(2, '/rider', token) : friend;
  await follow(again, SHARED_TRIP_ID);
  const headers = { Authorization: `Bearer ${await harness.token('rider', rider)}` };
  const path = `${harness.url}/v1/trips/${tripId}/shares/${share.shareId}`;
  // Repeats change nothing: a machine that is busy may answer TIMEOUT first.
  await vi.waitFor(
    async () => expect((await fetch(path, { method: 'DELETE', headers })).status).toBe(200),
    SOON,
  );
  await vi.waitFor(() => expect(again.received('goodbye')).toEqual([{ code: 'TOKEN_REVOKED' }]), SOON);
  expect((await harness.post(`/v1/dev/trips/${tripId}/close`, { at: at() }, 'operator')).ok).toBe(true);
  await vi.waitFor(
    () => expect(phone.received<TripEvent>('trip:event').at(-1)?.state).toBe('completed'),
    SOON,
  );
  await vi.waitFor(async () => expect(await watchers().catch(() => [])).toEqual([]), SOON);
  for (const client of [driver, phone, friend, again]) client.close();
});
