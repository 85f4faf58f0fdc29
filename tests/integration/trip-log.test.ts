import type { DriverId, GatewayId, RegionId, ShareId, TripId } from '@rideline/contract';
import { tileOf } from '@rideline/fleet/geo/tile';
import type { LivePosition } from '@rideline/fleet/live/live-index';
import { readRecentWaits, rememberWait } from '@rideline/fleet/live/recent-waits';
import {
  appendPosition,
  parsePublished,
  readTripHead,
  readTripLog,
  renewPositionLog,
} from '@rideline/fleet/live/trip-log';
import { countWatchers, readWatchers, setWatchers } from '@rideline/fleet/live/trip-watchers';
import { trip, tripChannel, tripPositions, tripWatchers } from '@rideline/fleet/redis/redis-keys';
import { createLogger } from '@rideline/platform/process/logger';
import { connectRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type RedisServer, startRedis } from '../harness/servers/redis-server.ts';

const REGION = 'main' as RegionId;
const TRIP = 'trip-1' as TripId;
const DRIVER = 'driver-1' as DriverId;
const NOWHERE = { epoch: 0, pos: 0 };
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

const at = (seq: number): LivePosition => ({
  bootIndex: 1,
  seq,
  t: 1000 + seq,
  lat: 37 + seq / 1000,
  lng: -122.5,
  heading: null,
  speed: 5.25,
  receivedAt: 2000 + seq,
});
const append = (seq: number, known = NOWHERE, driverId = DRIVER) =>
  appendPosition(redis, REGION, TRIP, driverId, at(seq), known);

test('TRACK-4: positions of a trip rise by one within an epoch; log and channel carry the same', async () => {
  const subscriber = server.client.duplicate();
  const published: unknown[] = [];
  subscriber.on('smessage', (_channel: string, message: string) => published.push(parsePublished(message)));
  await subscriber.ssubscribe(tripChannel(REGION, TRIP));
  const first = await append(1);
  expect(first).toMatchObject({ pos: 1 });
  for (let seq = 2; seq <= 5; seq++) expect(await append(seq)).toEqual({ epoch: first?.epoch, pos: seq });
  const log = await readTripLog(redis, REGION, TRIP, { epoch: first?.epoch ?? 0, pos: 2 });
  expect(log.positions.map(({ pos, t }) => [pos, t])).toEqual([
    [3, 1003],
    [4, 1004],
    [5, 1005],
  ]);
  expect(log.newest).toEqual({
    epoch: first?.epoch,
    pos: 5,
    driverId: DRIVER,
    lat: 37.005,
    lng: -122.5,
    speed: 5.25,
    heading: null,
    t: 1005,
    receivedAt: 2005,
  });
  await vi.waitFor(() => expect(published).toHaveLength(5), { timeout: 20_000 });
  expect(published.at(-1)).toEqual(log.newest);
  subscriber.disconnect();
});

test('TRACK-4: the same or an older position is not appended twice, whichever gateway tries', async () => {
  const head = await append(5);
  expect(await append(5)).toBeNull();
  expect(await append(4)).toBeNull();
  expect((await readTripHead(redis, REGION, TRIP)).head).toEqual(head);
});

test('TRACK-5: a driver who gave the trip back adds no position, also before another driver has it', async () => {
  await redis.hset(trip(REGION, TRIP), 'driver', JSON.stringify({ id: DRIVER, name: 'a' }));
  expect(await append(1)).toMatchObject({ pos: 1 });
  await redis.hset(trip(REGION, TRIP), 'driver', 'null');
  expect(await append(2)).toBeNull();
  await redis.hset(trip(REGION, TRIP), 'driver', JSON.stringify({ id: DRIVER, name: 'a' }));
  expect(await append(3)).toMatchObject({ pos: 2 });
});

test('TRACK-5: after the end, and by another driver, nothing is appended', async () => {
  await redis.hset(trip(REGION, TRIP), {
    tripId: TRIP,
    version: 1,
    driver: JSON.stringify({ id: DRIVER }),
    endedAt: '',
  });
  expect(await append(1)).not.toBeNull();
  expect(await append(2, NOWHERE, 'driver-2' as DriverId)).toBeNull();
  await redis.hset(trip(REGION, TRIP), 'endedAt', 5);
  expect(await append(2)).toBeNull();
  expect(await readTripHead(redis, REGION, TRIP)).toMatchObject({
    version: 1,
    ended: true,
    head: { pos: 1 },
  });
});

test('TRACK-6: a lost or truncated log starts a higher epoch: no number ever stands for two positions', async () => {
  const first = await append(1);
  await append(2);
  const third = await append(3);
  // The server came back with older data: the newest position is gone.
  await redis.xdel(tripPositions(REGION, TRIP), `${third?.epoch}-3`);
  const cut = await append(4, third ?? NOWHERE);
  expect(cut?.pos).toBe(1);
  expect(cut?.epoch).toBeGreaterThan(first?.epoch ?? 0);
  await redis.del(tripPositions(REGION, TRIP));
  const lost = await append(5, cut ?? NOWHERE);
  expect(lost?.epoch).toBeGreaterThan(cut?.epoch ?? 0);
  await renewPositionLog(redis, REGION, TRIP, { epoch: lost?.epoch ?? 0, pos: 1 });
  expect((await readTripHead(redis, REGION, TRIP)).head).toEqual(lost);
  await renewPositionLog(redis, REGION, TRIP, { epoch: lost?.epoch ?? 0, pos: 2 });
  expect((await readTripHead(redis, REGION, TRIP)).head).toEqual(NOWHERE);
});

test('TRACK-7: the newest 300 positions are kept', async () => {
  let head = NOWHERE;
  for (let seq = 1; seq <= 320; seq++) head = (await append(seq, head)) ?? head;
  const log = await readTripLog(redis, REGION, TRIP, NOWHERE);
  expect(log.positions).toHaveLength(300);
  expect(log.first.pos).toBe(21);
  expect(await redis.ttl(tripPositions(REGION, TRIP))).toBeGreaterThan(23 * 3600);
});

test('TRACK-37: watchers of all gateways are one list; those of a gateway that has been silent for 25 s are gone, and the next write reports it', async () => {
  const [one, two] = ['gateway-1', 'gateway-2'] as GatewayId[] as [GatewayId, GatewayId];
  const share = 'share-1' as ShareId;
  const rider = { shareId: null, sinceMs: 30, sockets: 1 };
  expect(await setWatchers(redis, REGION, TRIP, one, [rider])).toEqual({ before: 0, after: 1 });
  const viaTwo = [
    { shareId: share, sinceMs: 10, sockets: 2 },
    { shareId: null, sinceMs: 40, sockets: 1 },
  ];
  expect(await setWatchers(redis, REGION, TRIP, two, viaTwo)).toEqual({ before: 1, after: 4 });
  expect(await readWatchers(redis, REGION, TRIP)).toEqual([
    { shareId: share, sinceMs: 10, sockets: 2 },
    { shareId: null, sinceMs: 30, sockets: 2 },
  ]);
  expect(await setWatchers(redis, REGION, TRIP, one, [rider])).toEqual({ before: 4, after: 4 });
  // As if gateway-2 had been killed half a minute ago.
  const key = tripWatchers(REGION, TRIP);
  const held = (await redis.hget(key, two)) ?? '';
  await redis.hset(key, two, held.replace(/^\d+/, String(Date.now() - 30_000)));
  expect(await countWatchers(redis, REGION, TRIP)).toBe(1);
  expect(await setWatchers(redis, REGION, TRIP, one, [rider])).toEqual({ before: 4, after: 1 });
  expect(await redis.hkeys(key)).toEqual([one]);
  expect(await redis.pttl(key)).toBeGreaterThan(25_000);
  expect(await setWatchers(redis, REGION, TRIP, one, [])).toEqual({ before: 1, after: 0 });
  expect(await redis.exists(key)).toBe(0);
  expect(await readWatchers(redis, REGION, TRIP)).toEqual([]);
});

test('ADM-92: the waits of a tile are those of the last half hour, fifty at most, each assignment once', async () => {
  const pickup = { lat: 37.77, lng: -122.42 };
  const tile = tileOf(pickup, 'neighbourhood');
  const nowMs = 10_000_000;
  const remember = (n: number, ageMs: number) =>
    rememberWait(redis, REGION, { id: `trip-${n}-3`, pickup, seconds: 100 + n, atMs: nowMs - ageMs });
  await remember(0, 31 * 60_000);
  await remember(1, 60_000);
  await remember(1, 60_000);
  expect(await readRecentWaits(redis, REGION, tile, nowMs)).toEqual([101]);
  for (let n = 2; n < 60; n += 1) await remember(n, 60_000 - n * 1000);
  const waits = await readRecentWaits(redis, REGION, tile, nowMs);
  expect([waits.length, waits[0], waits.at(-1)]).toEqual([50, 159, 110]);
  expect(await readRecentWaits(redis, REGION, tileOf({ lat: 1, lng: 1 }, 'neighbourhood'), nowMs)).toEqual(
    [],
  );
});
