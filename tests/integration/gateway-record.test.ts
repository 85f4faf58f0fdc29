import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportTrip, RegionId, Role, TrackSubscribed, TripEvent } from '@rideline/contract';
import { openDatabase } from '@rideline/fleet/collections';
import { closeImportedTrip, openImportedTrip } from '@rideline/fleet/trips/trip-import';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import type { Cluster } from '@rideline/infra/local/cluster';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { connectMongo, type Mongo } from '@rideline/platform/mongo/mongo';
import { createLogger } from '@rideline/platform/process/logger';
import { connectRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { issueToken, readTokenKeys, type TokenKeys } from '@rideline/platform/tokens/tokens';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectRaw, type RawClient } from '../harness/clients/raw-client.ts';
import { tripStoreOf } from '../harness/trips/trip-store-setup.ts';

const REGION = 'main' as RegionId;
const WAIT = { timeout: 60_000, interval: 50 };
const log = createLogger({ process: 'test', level: 'silent' });
let dataDir: string;
let cluster: Cluster;
let mongo: Mongo;
let state: RedisClient;
let store: TripStore;
let keys: TokenKeys;
let url: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rideline-gateway-record-'));
  cluster = await startCluster({
    dataDir,
    servers: ['redis-log', 'redis-state', 'redis-cache', 'mongo'],
    scale: { gateway: 1, api: 0, workers: 1 },
  });
  url = `http://127.0.0.1:${cluster.processes.find(({ role }) => role === 'gateway')?.port}`;
  mongo = await connectMongo({ uri: cluster.env.MONGODB_URI ?? '', name: 'test', log });
  state = await connectRedis({ url: cluster.env.REDIS_STATE_URL ?? '', name: 'test', use: 'command', log });
  keys = await readTokenKeys(cluster.env.RIDELINE_TOKEN_KEYS_FILE ?? '', { production: false });
  store = tripStoreOf({ db: openDatabase(mongo), state });
});
afterAll(async () => {
  await quitRedis(state);
  await mongo.close();
  await cluster.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function connect(role: Role, subject: string): Promise<RawClient> {
  const { token } = await issueToken(keys, { role, subject, region: REGION, ttlSeconds: 600 });
  return connectRaw(url, `/${role}`, token);
}

async function newTrip(): Promise<ImportTrip> {
  const id = randomUUID().slice(0, 8);
  const place = { lat: 37.77, lng: -122.41 };
  const trip = {
    tripId: randomUUID(),
    riderId: `r-${id}`,
    driverId: `d-${id}`,
    pickup: place,
    dropoff: place,
    at: new Date().toISOString(),
  } as ImportTrip;
  await openImportedTrip(store, trip);
  return trip;
}

test('TRACK-14: an imported trip is followed from MongoDB to the phones, and its end is received', async () => {
  const trip = await newTrip();
  const driver = await connect('driver', trip.driverId);
  const rider = await connect('rider', trip.riderId);
  await vi.waitFor(async () => {
    expect(await rider.ask('track:subscribe', { tripId: trip.tripId })).toMatchObject({
      ok: true,
      version: 1,
      snapshot: { state: 'in_progress', driver: { id: trip.driverId } },
    });
  }, WAIT);
  let seq = 0;
  await vi.waitFor(
    async () => {
      await driver.ask('location:update', {
        boot: 'b',
        fixes: [[seq, Date.now(), 37.77 + seq++ / 30_000, -122.41]],
      });
      expect(rider.received('location:update').length).toBeGreaterThan(0);
    },
    { ...WAIT, interval: 200 },
  );
  expect(await driver.ask('sync', {})).toMatchObject({ trip: { tripId: trip.tripId, state: 'in_progress' } });
  await closeImportedTrip(store, trip.tripId, new Date().toISOString());
  for (const client of [driver, rider]) {
    await vi.waitFor(
      () =>
        expect(client.received<TripEvent>('trip:event').at(-1)).toMatchObject({
          version: 2,
          state: 'completed',
        }),
      WAIT,
    );
    client.close();
  }
});

test('TRACK-14: a trip that Redis has lost is authorised from MongoDB, with its state', async () => {
  const trip = await newTrip();
  await vi.waitFor(async () => expect(await state.exists(`main:{t:${trip.tripId}}:trip`)).toBe(1), WAIT);
  await state.del(`main:{t:${trip.tripId}}:trip`, `main:{t:${trip.tripId}}:events`);
  const rider = await connect('rider', trip.riderId);
  const subscribed = await rider.ask<TrackSubscribed>('track:subscribe', { tripId: trip.tripId });
  expect(subscribed).toMatchObject({
    ok: true,
    version: 1,
    recovered: false,
    snapshot: { state: 'in_progress', driver: { id: trip.driverId } },
  });
  rider.close();
});

test("SEC-17: another rider's trip, in Redis or in MongoDB only, and an unknown trip get the same refusal", async () => {
  const [known, lost] = [await newTrip(), await newTrip()];
  await vi.waitFor(async () => {
    for (const { tripId } of [known, lost]) expect(await state.exists(`main:{t:${tripId}}:trip`)).toBe(1);
  }, WAIT);
  await state.del(`main:{t:${lost.tripId}}:trip`);
  const stranger = await connect('rider', 'stranger');
  const refusals = [];
  for (const tripId of [known.tripId, lost.tripId, randomUUID()])
    refusals.push(await stranger.ask('track:subscribe', { tripId }));
  expect(refusals[0]).toEqual({ ok: false, code: 'FORBIDDEN', detail: expect.any(String) });
  expect(refusals).toEqual([refusals[0], refusals[0], refusals[0]]);
  stranger.close();
});

test('DEG-4: with Mongo paused trips are followed as before; only what Redis does not know is UNAVAILABLE, in bounded time', async () => {
  const trip = await newTrip();
  await vi.waitFor(async () => expect(await state.exists(`main:{t:${trip.tripId}}:trip`)).toBe(1), WAIT);
  const rider = await connect('rider', trip.riderId);
  await cluster.pause('mongo');
  try {
    expect(await rider.ask('track:subscribe', { tripId: trip.tripId })).toMatchObject({ ok: true });
    expect(await rider.ask('track:subscribe', { tripId: randomUUID() })).toMatchObject({
      ok: false,
      code: 'UNAVAILABLE',
    });
  } finally {
    await cluster.resume('mongo');
  }
  rider.close();
});
