import type { BootId, DriverId, DriverStatusValue, GatewayId, RegionId, TripId } from '@rideline/contract';
import {
  openDriverSession,
  recordDriverStatus,
  registerBoot,
  restoreDriverSession,
} from '@rideline/fleet/live/driver-session';
import { giveWakeBack, takeWake } from '@rideline/fleet/live/driver-wakes';
import { decodeLive, type LivePosition, type Placement, placeDrivers } from '@rideline/fleet/live/live-index';
import { sweepLiveIndex } from '@rideline/fleet/live/live-sweep';
import { driver, driverWakes, geo, live, polar, warmedAt } from '@rideline/fleet/redis/redis-keys';
import { createLogger } from '@rideline/platform/process/logger';
import { connectRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import type { DriverConnection } from '@rideline/realtime/driver/driver-connection';
import { repairSession } from '@rideline/realtime/driver/session-repair';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type RedisServer, startRedis } from '../harness/servers/redis-server.ts';

const REGION = 'main' as RegionId;
const DRIVER = 'driver-1' as DriverId;
const GATEWAY_A = 'gateway-a' as GatewayId;
const GATEWAY_B = 'gateway-b' as GatewayId;
let server: RedisServer;
let redis: RedisClient;

beforeAll(async () => {
  server = await startRedis();
  redis = await connectRedis({
    url: server.url,
    name: 'test',
    use: 'command',
    log: createLogger({ process: 'test', level: 'silent' }),
  });
});
beforeEach(() => server.client.flushall());
afterAll(async () => {
  await quitRedis(redis);
  await server.stop();
});

const position = (seq: number, changes: Partial<LivePosition> = {}): LivePosition => ({
  bootIndex: 1,
  seq,
  t: 1000 + seq,
  lat: 37.77,
  lng: -122.41,
  heading: 90,
  speed: 5,
  receivedAt: 2000 + seq,
  ...changes,
});

async function place(epoch: number, status: DriverStatusValue, at: LivePosition | null) {
  return placeDrivers(redis, REGION, [{ driverId: DRIVER, epoch, status, position: at }], 9000);
}

/** The sets of the live index that hold the driver. */
async function found(): Promise<string[]> {
  const keys = (['available', 'busy'] as const).flatMap((status) => [
    geo(REGION, status),
    polar(REGION, status),
  ]);
  const held: string[] = [];
  for (const key of keys)
    if ((await redis.zscore(key, DRIVER)) !== null) held.push(key.replace('main:{r:main}:', ''));
  return held;
}

test('GEO-1: a driver is found under exactly their current status; busy, offline and beyond the poles included', async () => {
  expect(await place(1, 'available', position(1))).toEqual([]);
  expect(await found()).toEqual(['geo:available']);
  expect(await redis.get(warmedAt(REGION))).toBe('9000');
  await place(1, 'busy', position(2));
  expect(await found()).toEqual(['geo:busy']);
  await place(1, 'available', position(3, { lat: 86 }));
  expect(await found()).toEqual(['polar:available']);
  await place(1, 'available', position(4, { lng: 180 }));
  expect(await found()).toEqual(['geo:available']);
  await place(1, 'offline', position(5));
  expect(await found()).toEqual([]);
  expect(decodeLive(await redis.hget(live(REGION), DRIVER))).toEqual({
    position: position(5),
    status: 'offline',
  });
});

test('GEO-16: silent drivers are removed from the live index, whatever their status; drivers seen since then stay', async () => {
  const at = (driverId: string, status: DriverStatusValue, receivedAt: number): Placement => ({
    driverId: driverId as DriverId,
    epoch: 1,
    status,
    position: position(1, { receivedAt }),
  });
  const placements = [
    at('silent', 'busy', 1000),
    at('gone', 'offline', 1000),
    at('fresh', 'available', 1001),
  ];
  await placeDrivers(redis, REGION, placements, 9000);
  expect((await sweepLiveIndex(redis, REGION, 1000, '0')).removed).toBe(2);
  expect(await redis.hkeys(live(REGION))).toEqual(['fresh']);
  expect(await redis.zrange(geo(REGION, 'busy'), '0', '-1')).toEqual([]);
  expect(await redis.zrange(geo(REGION, 'available'), '0', '-1')).toEqual(['fresh']);
});

test("GEO-2: only the newest connection writes a driver's live state; an emptied Redis is written again", async () => {
  const first = await openDriverSession(redis, REGION, DRIVER, GATEWAY_A);
  await place(first?.epoch ?? 0, 'available', position(1));
  const second = await openDriverSession(redis, REGION, DRIVER, GATEWAY_B);
  expect(second).toMatchObject({
    epoch: (first?.epoch ?? 0) + 1,
    previousGateway: GATEWAY_A,
    newest: position(1),
  });
  expect(await place(first?.epoch ?? 0, 'available', position(9))).toEqual([DRIVER]);
  expect(decodeLive(await redis.hget(live(REGION), DRIVER))?.position.seq).toBe(1);
  expect(await place(second?.epoch ?? 0, 'available', position(2))).toEqual([]);

  await redis.flushall();
  expect(await place(second?.epoch ?? 0, 'available', position(3))).toEqual([]);
  // The driver hash is gone with its epoch, and the next connection still counts as the newer one.
  const third = await openDriverSession(redis, REGION, DRIVER, GATEWAY_A);
  expect(third?.epoch).toBeGreaterThan(second?.epoch ?? 0);
});

test('GEO-2: of two connections that open at once exactly one holds the driver', async () => {
  for (let round = 0; round < 20; round++) {
    const sessions = await Promise.all([
      openDriverSession(redis, REGION, DRIVER, GATEWAY_A),
      openDriverSession(redis, REGION, DRIVER, GATEWAY_B),
    ]);
    const epochs = sessions.map((session) => session?.epoch ?? 0);
    const holder = Math.max(...epochs);
    for (const epoch of epochs) {
      if (epoch === 0) continue;
      expect(await place(epoch, 'available', position(round))).toEqual(epoch === holder ? [] : [DRIVER]);
    }
  }
});

test('FIX-13: a boot keeps its place; an older one is forgotten and its place never assigned again', async () => {
  expect((await registerBoot(redis, REGION, DRIVER, 'a' as BootId)).index).toBe(1);
  expect((await registerBoot(redis, REGION, DRIVER, 'b' as BootId)).index).toBe(2);
  expect((await registerBoot(redis, REGION, DRIVER, 'a' as BootId)).index).toBe(1);
  await redis.hset(driver(REGION, DRIVER), 'durable:a', '{"durable":7,"ranges":[[9,10]]}');
  expect(await registerBoot(redis, REGION, DRIVER, 'a' as BootId)).toMatchObject({
    durable: 7,
    ranges: [[9, 10]],
  });
  for (let boot = 3; boot <= 40; boot++) {
    expect((await registerBoot(redis, REGION, DRIVER, `boot-${boot}` as BootId)).index).toBe(boot);
  }
  const session = await openDriverSession(redis, REGION, DRIVER, GATEWAY_A);
  expect(session?.boots.map(({ index }) => index)).toEqual(Array.from({ length: 32 }, (_, at) => at + 9));
  expect(await redis.hexists(driver(REGION, DRIVER), 'durable:a')).toBe(0);
  expect((await registerBoot(redis, REGION, DRIVER, 'a' as BootId)).index).toBe(41);
});

test("GEO-2: a replaced connection cannot change the driver's status", async () => {
  const first = await openDriverSession(redis, REGION, DRIVER, GATEWAY_A);
  const given = { status: 'available' as const, vehicleId: undefined };
  expect(await recordDriverStatus(redis, REGION, DRIVER, { epoch: first?.epoch ?? 0, ...given })).toBe(true);
  await openDriverSession(redis, REGION, DRIVER, GATEWAY_B);
  expect(
    await recordDriverStatus(redis, REGION, DRIVER, {
      epoch: first?.epoch ?? 0,
      ...given,
      status: 'offline',
    }),
  ).toBe(false);
  expect(await redis.hget(driver(REGION, DRIVER), 'status')).toBe('available');
});

const bootOf = (name: string, index: number) => ({ boot: name as BootId, index, durable: -1, ranges: [] });
const restored = async (epoch: number, boots: ReturnType<typeof bootOf>[]) => {
  const session = { epoch, gateway: GATEWAY_A, status: 'available' as const, boots };
  return Object.fromEntries((await restoreDriverSession(redis, REGION, DRIVER, session)) ?? []);
};

test('TRACK-27: a boot that is registered after the loss and before the repair stays the newest, and no index falls', async () => {
  const known = [bootOf('a', 1), bootOf('b', 2), bootOf('c', 3)];
  expect((await registerBoot(redis, REGION, DRIVER, 'd' as BootId, 3)).index).toBe(4);
  expect(await restored(1, known)).toEqual({ a: 1, b: 2, c: 3, d: 4 });
  // Written by another process that knew nothing: the connection's newest boot again, and one more.
  await redis.del(driver(REGION, DRIVER));
  for (const boot of ['c', 'd']) await registerBoot(redis, REGION, DRIVER, boot as BootId, 8);
  expect(await restored(1, known)).toEqual({ a: 7, b: 8, c: 9, d: 10 });
  expect((await registerBoot(redis, REGION, DRIVER, 'e' as BootId)).index).toBe(11);
  // `rebuild` has listed the boots of MongoDB: an older one stays older.
  await redis.del(driver(REGION, DRIVER));
  await redis.hset(driver(REGION, DRIVER), 'boots', '["z","a","c","d"]');
  expect(await restored(1, known)).toEqual({ z: 1, a: 2, b: 3, c: 4, d: 5 });
});

test('TRACK-27: a repair brings back durable ranges, and leaves a hash alone that a newer connection has opened', async () => {
  const boot = { ...bootOf('a', 1), durable: 5, ranges: [[9, 12]] as const };
  await restoreDriverSession(redis, REGION, DRIVER, {
    epoch: 7,
    gateway: GATEWAY_A,
    status: 'busy',
    boots: [boot],
  });
  const session = await openDriverSession(redis, REGION, DRIVER, GATEWAY_B);
  expect(session).toMatchObject({ epoch: 8, status: 'busy', boots: [boot] });
  expect(await restored(7, [bootOf('b', 2)])).toEqual({});
  expect(await redis.hget(driver(REGION, DRIVER), 'boots')).toBe('["a"]');
});

test('TRACK-27: after a loss a new connection is newer than one that is still open from before', async () => {
  const before = await openDriverSession(redis, REGION, DRIVER, GATEWAY_A);
  for (let again = 0; again < 5; again++) await openDriverSession(redis, REGION, DRIVER, GATEWAY_A);
  const after = await vi.waitFor(async () => {
    await redis.flushall();
    const session = await openDriverSession(redis, REGION, DRIVER, GATEWAY_B);
    expect(session?.epoch).toBeGreaterThan((before?.epoch ?? 0) + 5);
    return session;
  });
  expect(await place((before?.epoch ?? 0) + 5, 'available', position(1))).toEqual([DRIVER]);
  expect(await place(after?.epoch ?? 0, 'available', position(1))).toEqual([]);
});

test("TRACK-28: the repair takes over the change number of the driver's trip, so that the next changes are not ignored", async () => {
  const trip = { tripId: 'trip-1' as TripId, rev: 1 };
  const repaired: unknown[] = [];
  const connection = (changes: object = {}) =>
    ({
      driverId: DRIVER,
      epoch: 5,
      live: { tripId: 'trip-1', reportedStatus: 'busy' },
      tripRev: 7,
      closed: false,
      knownBoots: [],
      renumberBoots: () => undefined,
      acks: { acknowledgeOnlyDurable: () => undefined },
      repairTrip: (...change: unknown[]) => repaired.push(change),
      placeAgain: () => undefined,
      ...changes,
    }) as unknown as DriverConnection;
  const parts = { state: redis, region: REGION, gateway: GATEWAY_A };
  await repairSession(connection(), { ...parts, writeTrip: async () => trip });
  expect(repaired).toEqual([['trip-1', 1]]);
  const live = { tripId: null as TripId | null, reportedStatus: 'available' };
  const accepting = async () => {
    live.tripId = 'trip-2' as TripId;
    return { tripId: null, rev: 0 };
  };
  await repairSession(connection({ live }), { ...parts, writeTrip: accepting });
  expect(repaired.splice(1)).toEqual([['trip-2', 0]]);
  const failing = { ...parts, writeTrip: () => Promise.reject(new Error('MongoDB is away')) };
  await expect(repairSession(connection(), failing)).rejects.toThrow('MongoDB is away');
  await repairSession(connection({ live: { tripId: null, reportedStatus: 'available' } }), failing);
  expect(repaired).toHaveLength(1);
  expect(await redis.hgetall(driver(REGION, DRIVER))).toMatchObject({ gateway: GATEWAY_A, epoch: '5' });
});

test('NOTE-15: a silence is one push, then more after growing waits, five in all; the next silence begins again, no sooner than the shortest wait', async () => {
  const everyMs = 180_000;
  /** Asks every 5 s for two hours; the minutes at which the driver was woken. */
  const minutes = async (fixAtMs: number | null, fromMs: number, forMs: number) => {
    const woken: number[] = [];
    for (let nowMs = fromMs; nowMs < fromMs + forMs; nowMs += 5000)
      if (await takeWake(redis, REGION, DRIVER, { fixAtMs, nowMs, everyMs }))
        woken.push((nowMs - fromMs) / 60_000);
    return woken;
  };
  const from = 1_800_000_000_000;
  expect(await minutes(from - 45_000, from, 300_000)).toEqual([0, 3]);
  // The live index has forgotten the last fix: the silence is the same.
  expect(await minutes(null, from + 300_000, 7_200_000)).toEqual([4, 16, 40]);
  // A fix came: the next silence.
  const later = from + 8_000_000;
  expect(await minutes(later - 45_000, later, 60_000)).toEqual([0]);
  expect(await minutes(later + 10_000, later + 60_000, 200_000)).toEqual([2]);
  await giveWakeBack(redis, REGION, DRIVER);
  expect(await minutes(later + 10_000, later + 300_000, 5000)).toEqual([0]);
  expect(await redis.ttl(driverWakes(REGION, DRIVER))).toBeGreaterThan(3600);
});
