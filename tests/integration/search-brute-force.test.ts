import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DriverId, driverIdSchema, regionIdSchema } from '@rideline/contract';
import { distanceMetres } from '@rideline/fleet/geo/distance';
import { type Placement, placeDrivers } from '@rideline/fleet/live/live-index';
import { createLiveSearch, type LiveSearch, type SearchQuery } from '@rideline/fleet/live/live-search';
import type { Cluster } from '@rideline/infra/local/cluster';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { manualClock } from '@rideline/platform/process/clock';
import { createLogger } from '@rideline/platform/process/logger';
import { openRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

/** Every search of this file is compared with checking every driver. */

const region = regionIdSchema.parse('main');
const TRACE = join(import.meta.dirname, '../../load/data/cabspotting_sf_2008-06-06_1800-1900.csv');
const FRESH_MS = 180_000;
const HOUR_MS = 3_600_000;

interface Placed {
  readonly id: DriverId;
  readonly lat: number;
  readonly lng: number;
  readonly t: number;
  readonly status: 'available' | 'busy' | 'offline';
}

/** Park and Miller's generator: the same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function bruteForce(
  drivers: Iterable<Placed>,
  query: SearchQuery,
  now: number,
): { driverId: DriverId; metres: number }[] {
  return [...drivers]
    .filter((driver) => driver.status === query.status && driver.t >= now - FRESH_MS)
    .map((driver) => ({
      driverId: driver.id,
      metres: distanceMetres(query.lat, query.lng, driver.lat, driver.lng),
    }))
    .filter((found) => found.metres <= query.radiusMetres)
    .sort((one, other) => one.metres - other.metres)
    .slice(0, query.limit);
}

let folder: string;
let cluster: Cluster;
let redis: RedisClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-search-'));
  cluster = await startCluster({
    dataDir: folder,
    servers: ['redis-state'],
    scale: { gateway: 0, api: 0, workers: 0 },
  });
  const log = createLogger({ process: 'test', level: 'silent' });
  const url = cluster.env.REDIS_STATE_URL ?? '';
  redis = openRedis({ url, name: 'test', use: 'blocking', log });
});

afterAll(async () => {
  await quitRedis(redis);
  await cluster.stop();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  await redis.flushall();
});

async function place(drivers: readonly Placed[], wallMs: number): Promise<void> {
  const placements = drivers.map(({ id, lat, lng, t, status }): Placement => {
    const position = { bootIndex: 1, seq: t, t, lat, lng, heading: null, speed: null, receivedAt: t };
    return { driverId: id, epoch: 1, status, position };
  });
  await placeDrivers(redis, region, placements, wallMs);
}

async function compare(
  search: LiveSearch,
  drivers: Iterable<Placed>,
  query: SearchQuery,
  now: number,
): Promise<number> {
  const expected = bruteForce(drivers, query, now);
  const { drivers: found } = await search.nearest(query);
  const got = found.map((driver) => ({ driverId: driver.driverId, metres: driver.distanceMetres }));
  expect(got, JSON.stringify(query)).toEqual(expected);
  return expected.length;
}

async function readTrace(): Promise<Placed[]> {
  const rows = (await readFile(TRACE, 'utf8')).trim().split('\n').slice(1);
  return rows
    .map((row) => {
      const [cab, lat, lng, occupied, seconds] = row.split(',');
      const status = occupied === '1' ? ('busy' as const) : ('available' as const);
      return {
        id: driverIdSchema.parse(cab),
        lat: Number(lat),
        lng: Number(lng),
        t: Number(seconds) * 1000,
        status,
      };
    })
    .sort((one, other) => one.t - other.t);
}

describe('the real fleet', () => {
  it('GEO-10: at 20 instants of the hour every search equals checking every cab', async () => {
    const trace = await readTrace();
    const startMs = trace[0]?.t ?? 0;
    const clock = manualClock(startMs);
    const search = createLiveSearch({ redis, region, clock, freshMs: FRESH_MS });
    const random = seeded(20_080_606);
    const newest = new Map<DriverId, Placed>();
    let next = 0;
    let found = 0;
    for (let instant = 1; instant <= 20; instant++) {
      const now = startMs + (instant * HOUR_MS) / 20;
      clock.advance(now - clock.wallMs());
      const moved = new Map<DriverId, Placed>();
      for (let fix = trace[next]; fix && fix.t <= now; fix = trace[++next]) moved.set(fix.id, fix);
      for (const [id, fix] of moved) newest.set(id, fix);
      await place([...moved.values()], now);
      for (let asked = 0; asked < 25; asked++) {
        const near = [...newest.values()][Math.floor(random() * newest.size)];
        const lat = (near?.lat ?? 0) + (random() - 0.5) * 0.02;
        const lng = (near?.lng ?? 0) + (random() - 0.5) * 0.02;
        const radiusMetres = [150, 800, 3000, 12_000, 50_000][asked % 5] ?? 3000;
        const limit = [1, 3, 10, 40, 100][Math.floor(random() * 5)] ?? 10;
        const status = asked % 2 === 0 ? ('available' as const) : ('busy' as const);
        found += await compare(search, newest.values(), { lat, lng, radiusMetres, limit, status }, now);
      }
    }
    expect(newest.size).toBeGreaterThan(400);
    expect(found).toBeGreaterThan(4000);
  });
});

describe('the edges of the map', () => {
  const now = 1_800_000_000_000;
  const clock = manualClock(now);

  /** Places `count` drivers made by `somewhere`, with the given ones, and compares 150 searches around them. */
  async function compareAround(
    somewhere: (random: () => number) => { lat: number; lng: number },
    given: { lat: number; lng: number }[],
  ): Promise<number> {
    const random = seeded(7);
    const points = [...given, ...Array.from({ length: 400 }, () => somewhere(random))];
    const drivers = points.map(({ lat, lng }, index): Placed => {
      return { id: driverIdSchema.parse(`d-${index}`), lat, lng, t: now - 1000, status: 'available' };
    });
    await place(drivers, now);
    const search = createLiveSearch({ redis, region, clock, freshMs: FRESH_MS });
    let found = 0;
    const centres = [...given, ...Array.from({ length: 150 }, () => somewhere(random))];
    for (const [index, { lat, lng }] of centres.entries()) {
      const radiusMetres = [500, 5000, 20_000, 50_000][index % 4] ?? 500;
      const query = { lat, lng, radiusMetres, limit: 100, status: 'available' as const };
      found += await compare(search, drivers, query, now);
    }
    return found;
  }

  const wrapped = (lng: number) => (lng > 180 ? lng - 360 : lng);

  it('GEO-11: across the antimeridian, 180° and −180° included', async () => {
    const given = [
      { lat: 0, lng: 180 },
      { lat: 0, lng: -180 },
      { lat: 0.001, lng: 179.9999 },
    ];
    const found = await compareAround(
      (random) => ({ lat: random() - 0.5, lng: wrapped(179.5 + random()) }),
      given,
    );
    expect(found).toBeGreaterThan(1000);
  });

  it.each([1, -1])('GEO-11: around the latitude where GEO ends (%d)', async (side) => {
    const given = [
      { lat: side * 85.05, lng: 10 },
      { lat: side * 85.0500001, lng: 10 },
      { lat: side * 85.05112878, lng: 180 },
      { lat: side * 85.06, lng: -180 },
    ];
    const found = await compareAround(
      (random) => ({ lat: side * (84.6 + random() * 0.9), lng: wrapped(170 + random() * 20) }),
      given,
    );
    expect(found).toBeGreaterThan(1000);
  });

  it.each([1, -1])('GEO-11: over the pole, where all longitudes meet (%d)', async (side) => {
    const given = [
      { lat: side * 90, lng: 0 },
      { lat: side * 90, lng: 180 },
    ];
    const found = await compareAround(
      (random) => ({ lat: side * (89.4 + random() * 0.6), lng: random() * 360 - 180 }),
      given,
    );
    expect(found).toBeGreaterThan(1000);
  });

  it('GEO-11: a driver who crosses the line where GEO ends is found once, at their position', async () => {
    const search = createLiveSearch({ redis, region, clock, freshMs: FRESH_MS });
    const driver = { id: driverIdSchema.parse('d-1'), lng: 10, t: now, status: 'available' as const };
    const query = { lng: 10, radiusMetres: 50_000, limit: 10, status: 'available' as const };
    for (const lat of [85.049, 85.06, 85.04]) {
      await place([{ ...driver, lat }], now);
      expect(await compare(search, [{ ...driver, lat }], { ...query, lat: 85.05 }, now)).toBe(1);
    }
  });
});

describe('freshness', () => {
  const now = 1_800_000_000_000;

  function crowd(count: number, from: number, t: number): Placed[] {
    return Array.from({ length: count }, (_, index) => ({
      id: driverIdSchema.parse(`c-${from + index}`),
      lat: 37.7 + (from + index) * 1e-5,
      lng: -122.4,
      t,
      status: 'available' as const,
    }));
  }

  it('GEO-12: silent drivers are skipped, however many are nearest, and the search continues to fresh drivers', async () => {
    const silent = crowd(2000, 0, now - FRESH_MS - 1);
    const fresh = crowd(30, 2000, now - FRESH_MS + 1000);
    await place([...silent, ...fresh], now);
    const search = createLiveSearch({ redis, region, clock: manualClock(now), freshMs: FRESH_MS });
    const query = { lat: 37.7, lng: -122.4, radiusMetres: 5000, limit: 10, status: 'available' as const };
    expect(await compare(search, [...silent, ...fresh], query, now)).toBe(10);
    expect(await compare(search, [...silent, ...fresh], { ...query, limit: 100 }, now)).toBe(30);
  });

  it('GEO-12: the window is domain time: at ten times its rate it passes ten times as fast', async () => {
    await place(crowd(3, 0, now - 20_000), now);
    const query = { lat: 37.7, lng: -122.4, radiusMetres: 5000, limit: 10, status: 'available' as const };
    const at = (rate: number) =>
      createLiveSearch({ redis, region, clock: manualClock(now, rate), freshMs: FRESH_MS });
    expect((await at(1).nearest(query)).drivers.length).toBe(3);
    expect((await at(10).nearest(query)).drivers.length).toBe(0);
  });

  it("GEO-12: a phone whose clock runs ahead is no fresher than its fix's arrival", async () => {
    const [one] = crowd(1, 0, now + 60_000);
    if (!one) throw new Error('no driver');
    const { id, lat, lng, t, status } = one;
    const position = { bootIndex: 1, seq: 1, t, lat, lng, heading: null, speed: null, receivedAt: now };
    await placeDrivers(redis, region, [{ driverId: id, epoch: 1, status, position }], now);
    const clock = manualClock(now);
    const search = createLiveSearch({ redis, region, clock, freshMs: FRESH_MS });
    const query = { lat, lng, radiusMetres: 5000, limit: 10, status: 'available' as const };
    clock.advance(FRESH_MS);
    expect((await search.nearest(query)).drivers.length).toBe(1);
    clock.advance(1);
    expect((await search.nearest(query)).drivers.length).toBe(0);
  });

  it('GEO-12: another status, or none, is not found', async () => {
    const [one] = crowd(1, 0, now);
    if (!one) throw new Error('no driver');
    const search = createLiveSearch({ redis, region, clock: manualClock(now), freshMs: FRESH_MS });
    const query = { lat: 37.7, lng: -122.4, radiusMetres: 5000, limit: 10 };
    const counts = async () => {
      const results = [];
      for (const status of ['available', 'busy'] as const)
        results.push(await search.nearest({ ...query, status }));
      return results.map((result) => result.drivers.length);
    };
    await place([one], now);
    expect(await counts()).toEqual([1, 0]);
    await place([{ ...one, status: 'busy' }], now);
    expect(await counts()).toEqual([0, 1]);
    await place([{ ...one, status: 'offline' }], now);
    expect(await counts()).toEqual([0, 0]);
  });

  it('GEO-13: after an emptied Redis the response carries warming until a freshness window has passed', async () => {
    const clock = manualClock(now);
    const search = createLiveSearch({ redis, region, clock, freshMs: FRESH_MS });
    const query = { lat: 37.7, lng: -122.4, radiusMetres: 5000, limit: 10, status: 'available' as const };
    const warming = async () => (await search.nearest(query)).warming;
    expect(await warming()).toBe(true);
    await place(crowd(1, 0, now), now);
    expect(await warming()).toBe(true);
    clock.advance(FRESH_MS - 1);
    expect(await warming()).toBe(true);
    clock.advance(1);
    expect(await warming()).toBe(false);
    await redis.flushall();
    expect(await warming()).toBe(true);
  });
});

describe('the radius', () => {
  it('GEO-14: in an area that was searched before a search takes one round, in a denser and in a sparser one', async () => {
    const clock = manualClock(1_000_000_000);
    const search = createLiveSearch({ redis, region, clock, freshMs: FRESH_MS });
    const grid = (name: string, lat: number, count: number, degrees: number) =>
      Array.from({ length: count }, (_, n): Placed => {
        const [row, column] = [Math.floor(n / 20), n % 20];
        const at = { lat: lat + row * degrees, lng: 10 + column * degrees };
        return { id: driverIdSchema.parse(`${name}-${n}`), ...at, t: clock.domainMs(), status: 'available' };
      });
    const dense = grid('dense', 10, 400, 0.0005);
    const sparse = grid('sparse', 40, 400, 0.05);
    await place([...dense, ...sparse], clock.wallMs());
    for (const [drivers, lat, lng] of [
      [dense, 10.00513, 10.00527],
      [sparse, 40.5131, 10.5277],
    ] as const) {
      const query: SearchQuery = { lat, lng, radiusMetres: 50_000, limit: 10, status: 'available' };
      const rounds: number[] = [];
      for (let time = 0; time < 6; time += 1) {
        rounds.push((await search.nearest(query)).rounds);
        await compare(search, drivers, query, clock.domainMs());
      }
      expect(rounds.slice(-3)).toEqual([1, 1, 1]);
    }
    // Without the memory of what was seen there, one of the two would need several.
    const fresh = createLiveSearch({ redis, region, clock, freshMs: FRESH_MS });
    const first = await fresh.nearest({
      lat: 40.5,
      lng: 10.5,
      radiusMetres: 50_000,
      limit: 10,
      status: 'available',
    });
    expect(first.rounds).toBeGreaterThan(1);
  });
});
