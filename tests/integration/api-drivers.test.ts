import {
  bootIdSchema,
  type DriverId,
  driverIdSchema,
  driverSearchAnswerSchema,
  type FixesAnswer,
  fixesAnswerSchema,
  gatewayIdSchema,
  LIMITS,
  problemSchema,
  type WireFix,
} from '@rideline/contract';
import { decodeEntry, type FixRecord } from '@rideline/fleet/fixes/fix-record';
import { openDriverSession, recordDriverStatus } from '@rideline/fleet/live/driver-session';
import { decodeLive, placeDrivers } from '@rideline/fleet/live/live-index';
import * as keys from '@rideline/fleet/redis/redis-keys';
import { takeFixBudget } from '@rideline/fleet/tracks/fix-budget';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApiHarness, startApiHarness } from '../harness/cluster/api-harness.ts';
import { REGION } from '../harness/test-process.ts';

const SHARDS = 4;
let harness: ApiHarness;
let state: RedisClient;
let fixLog: RedisClient;

beforeAll(async () => {
  harness = await startApiHarness();
  state = harness.redis('STATE');
  fixLog = harness.redis('LOG');
});
afterAll(() => harness.stop());

describe('search', () => {
  beforeAll(async () => {
    // Not when the file is loaded: the search forgets a driver after a minute, and a busy machine takes that long to start the harness.
    const now = Date.now();
    const position = { bootIndex: 1, seq: 1, t: now, heading: 90, speed: 12.5, receivedAt: now };
    const at = (name: string, lat: number, lng: number) => ({
      driverId: driverIdSchema.parse(name),
      epoch: 1,
      status: 'available' as const,
      position: { ...position, lat, lng },
    });
    await placeDrivers(
      state,
      REGION,
      [at('near', 37.774_929_5, -122.419_415_5), at('far', 37.79, -122.42)],
      now,
    );
  });

  const search = async (query: string, role: 'operator' | 'rider' | 'driver') =>
    harness.get(`/v1/drivers/search?${query}`, role);

  it('GEO-15: operators see all data of drivers, nearest first', async () => {
    const answer = driverSearchAnswerSchema.parse(
      await (await search('lat=37.7749&lng=-122.4194', 'operator')).json(),
    );
    expect(answer.drivers.map(({ driverId, speed }) => [driverId, speed])).toEqual([
      ['near', 12.5],
      ['far', 12.5],
    ]);
    expect(answer.drivers[0]).toMatchObject({ lat: 37.774_929_5, lng: -122.419_415_5 });
    expect(answer.warming).toBe(true);
  });

  it('GEO-15: riders see positions of 3 decimals, no id, no speed; the radius is measured to those positions', async () => {
    const answer = driverSearchAnswerSchema.parse(
      await (await search('lat=37.7749&lng=-122.4194', 'rider')).json(),
    );
    expect(answer.drivers.map(({ driverId, lat, lng, speed }) => [driverId, lat, lng, speed])).toEqual([
      [undefined, 37.775, -122.419, null],
      [undefined, 37.79, -122.42, null],
    ]);
    // 3.6 m from the true position, 37 m from the rounded one.
    const close = await search('lat=37.7749&lng=-122.4194&radius=20', 'rider');
    expect(driverSearchAnswerSchema.parse(await close.json()).drivers).toEqual([]);
  });

  it('GEO-15: drivers cannot search; invalid numbers fail with VALIDATION', async () => {
    expect((await search('lat=1&lng=1', 'driver')).status).toBe(403);
    const bad = [
      '',
      'lat=&lng=1',
      'lat=91&lng=0',
      'lat=0x1&lng=0',
      'lat=NaN&lng=0',
      'lat=1&lng=1&limit=101',
      'lat=1&lng=1&radius=50001',
    ];
    for (const query of bad) {
      const problem = problemSchema.parse(await (await search(query, 'operator')).json());
      expect([query, problem.code]).toEqual([query, 'VALIDATION']);
    }
  });
});

async function recordsOf(driverId: DriverId): Promise<FixRecord[]> {
  const stream = keys.fixStream(REGION, 1, keys.shardOf(driverId, SHARDS));
  const entries = await fixLog.xrangeBuffer(stream, '-', '+');
  return entries
    .flatMap(([, fields]) => decodeEntry(fields[1] as Buffer).records)
    .filter((record) => record.driverId === driverId);
}

const posted = async (driver: string, body: unknown) =>
  harness.post('/v1/drivers/me/fixes', body, 'driver', driver);
const answered = async (driver: string, body: unknown): Promise<FixesAnswer> =>
  fixesAnswerSchema.parse(await (await posted(driver, body)).json());
const liveOf = async (driver: string) => decodeLive(await state.hget(keys.live(REGION), driver));

describe('fixes over HTTP', () => {
  let t0 = 0;
  beforeAll(() => {
    t0 = Date.now() - 10_000;
  });
  const fix = (seq: number, north = seq): WireFix => [
    seq,
    t0 + seq * 1000,
    37.7 + north * 1e-4,
    -122.4,
    10,
    0,
    5,
  ];

  it('FIX-20: a batch is judged and in the stream before the response, which reports refused and missing fixes', async () => {
    const driver = driverIdSchema.parse('http-1');
    const bad: WireFix[] = [
      [2, t0 + 2000, 91, 0],
      [3, t0 + 3000, 38.7, -122.4],
    ];
    const answer = await answered(driver, { boot: 'b1', fixes: [fix(0), fix(1), ...bad, fix(6)] });
    expect(answer.ack).toEqual({ boot: 'b1', received: 6, durable: -1, gaps: [[4, 5]] });
    expect(answer.refused).toEqual([
      { seq: 2, verdict: 'range' },
      { seq: 3, verdict: 'implausible' },
    ]);
    const records = await recordsOf(driver);
    expect(records.map((record) => [record.boot, record.bootIndex])).toEqual([['b1', 1]]);
    expect(records[0]?.fixes.map(({ seq, verdict }) => [seq, verdict])).toEqual([
      [0, 'ok'],
      [1, 'ok'],
      [2, 'range'],
      [3, 'implausible'],
      [6, 'ok'],
    ]);
  });

  it('FIX-20: the live position follows the newest fix and never steps back', async () => {
    await answered('http-2', { boot: 'b1', fixes: [fix(5)] });
    expect((await liveOf('http-2'))?.position.seq).toBe(5);
    await answered('http-2', { boot: 'b1', fixes: [fix(3), fix(4)] });
    expect((await liveOf('http-2'))?.position.seq).toBe(5);
    await answered('http-2', { boot: 'b1', fixes: [fix(6)] });
    expect((await liveOf('http-2'))?.position.seq).toBe(6);
    expect((await recordsOf(driverIdSchema.parse('http-2'))).flatMap((record) => record.fixes).length).toBe(
      4,
    );
  });

  it('FIX-20: a batch takes no connection over: the socket that holds the driver keeps its epoch', async () => {
    const driver = driverIdSchema.parse('http-3');
    const session = await openDriverSession(state, REGION, driver, gatewayIdSchema.parse('gateway-9'));
    const epoch = session?.epoch ?? 0;
    await recordDriverStatus(state, REGION, driver, { epoch, status: 'available', vehicleId: undefined });
    await answered(driver, { boot: 'b1', fixes: [fix(1)] });
    expect(await state.hget(keys.conn(REGION), driver)).toBe(String(epoch));
    expect(await state.hget(keys.driver(REGION, driver), 'gateway')).toBe('gateway-9');
    expect((await liveOf(driver))?.status).toBe('available');
    const found = await harness.get('/v1/drivers/search?lat=37.7&lng=-122.4&status=available', 'admin');
    const { drivers } = driverSearchAnswerSchema.parse(await found.json());
    expect(drivers.map(({ driverId }) => String(driverId))).toContain('http-3');
  });

  it('FIX-20: a driver on a trip who posts fixes is busy for the search, whatever status they reported; after the trip they are available', async () => {
    const driver = driverIdSchema.parse('http-riding');
    const session = await openDriverSession(state, REGION, driver, gatewayIdSchema.parse('gateway-9'));
    const epoch = session?.epoch ?? 0;
    await recordDriverStatus(state, REGION, driver, { epoch, status: 'available', vehicleId: undefined });
    await state.hset(keys.driver(REGION, driver), 'trip', 'trip-5');
    await answered(driver, { boot: 'b1', fixes: [fix(1)] });
    expect((await liveOf(driver))?.status).toBe('busy');
    await state.hdel(keys.driver(REGION, driver), 'trip');
    await answered(driver, { boot: 'b1', fixes: [fix(2)] });
    expect((await liveOf(driver))?.status).toBe('available');
  });

  it('FIX-20: the response reports durable fixes; a repeated batch changes nothing', async () => {
    const driver = driverIdSchema.parse('http-4');
    const boot = bootIdSchema.parse('b1');
    const batch = { boot, fixes: [fix(0), fix(1), fix(2)] };
    await answered(driver, batch);
    const durable = JSON.stringify({ durable: 1, ranges: [] });
    await state.hset(keys.driver(REGION, driver), `durable:${boot}`, durable);
    expect((await answered(driver, batch)).ack).toEqual({ boot, received: 2, durable: 1, gaps: [] });
    expect((await liveOf(driver))?.position.seq).toBe(2);
  });

  it("LIM-8: at 75 % of the log's memory a batch is refused with BUSY and a time, until there is room again", async () => {
    const batch = (seq: number) =>
      harness.post('/v1/drivers/me/fixes', { boot: 'full', fixes: [fix(seq)] }, 'driver', 'driver-full');
    expect((await batch(0)).status).toBe(200);
    const [, before = '0'] = (await fixLog.config('GET', 'maxmemory')) as string[];
    const used = Number(/used_memory:(\d+)/.exec(await fixLog.info('memory'))?.[1]);
    await fixLog.config('SET', 'maxmemory', String(Math.round(used / 0.8)));
    try {
      await vi.waitFor(
        async () => {
          const answer = await batch(1);
          expect(answer.status).toBe(503);
          expect(await answer.json()).toMatchObject({ code: 'BUSY', retryAfterMs: expect.any(Number) });
        },
        { timeout: 20_000, interval: 100 },
      );
    } finally {
      await fixLog.config('SET', 'maxmemory', before);
    }
    await vi.waitFor(async () => expect((await batch(2)).status).toBe(200), {
      timeout: 20_000,
      interval: 100,
    });
  });

  it('LIM-27: over the budget that the driver has with sockets too, a batch is refused with 429 and a time', async () => {
    const driver = driverIdSchema.parse('http-flood');
    const all = LIMITS.driverFixesBurst;
    const batch = { boot: 'b1', fixes: Array.from({ length: 200 }, (_, seq) => fix(seq, 0)) };
    await takeFixBudget(state, REGION, driver, { least: all, most: all });
    const refused = await posted(driver, batch);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1);
    expect(await refused.json()).toMatchObject({ code: 'SCALE_003', retryAfterMs: expect.any(Number) });
    expect(await recordsOf(driver)).toEqual([]);
    await state.del(keys.fixBudget(REGION, driver));
    expect((await posted(driver, batch)).status).toBe(200);
    // 200 fixes in four blocks; the same batch again is appended again.
    expect((await posted(driver, batch)).status).toBe(200);
    const { taken } = await takeFixBudget(state, REGION, driver, { least: 1, most: all });
    expect(taken).toBeLessThanOrEqual(all - 300);
  });

  it('LIM-28: fixes below a `lowest` that the phone declared are stored too, so that each of their blocks costs as much', async () => {
    const driver = driverIdSchema.parse('http-stride');
    const boot = bootIdSchema.parse('b1');
    expect((await posted(driver, { boot, fixes: [fix(0, 0)], lowest: 10_000_000 })).status).toBe(200);
    // As the worker writes it once the batch is stored.
    const durable = JSON.stringify({ durable: 9_999_999, ranges: [] });
    await state.hset(keys.driver(REGION, driver), `durable:${boot}`, durable);
    await state.del(keys.fixBudget(REGION, driver));
    const fixes = Array.from({ length: 200 }, (_, at) => fix((at + 1) * 64, 0));
    expect((await posted(driver, { boot, fixes })).status).toBe(200);
    const all = LIMITS.driverFixesBurst;
    const { taken } = await takeFixBudget(state, REGION, driver, { least: 1, most: all });
    expect(taken).toBeLessThan(all - 2000);
  });

  it('FIX-20: the token identifies the driver; a malformed frame fails with VALIDATION', async () => {
    const bad = [
      { boot: 'b1', fixes: [fix(0)], driverId: 'other' },
      { boot: 'b1', fixes: [] },
      { boot: '../x', fixes: [fix(0)] },
      { boot: 'b1', fixes: [[-1, t0, 1, 1]] },
      { boot: 'b1', fixes: Array.from({ length: 201 }, (_, seq) => fix(seq)) },
      { boot: 'b1', fixes: [[1, t0, { $gt: 0 }, 1]] },
    ];
    for (const body of bad) expect((await posted('http-5', body)).status).toBe(400);
    expect(
      (await harness.post('/v1/drivers/me/fixes', { boot: 'b1', fixes: [fix(0)] }, 'rider')).status,
    ).toBe(403);
    expect(await recordsOf(driverIdSchema.parse('http-5'))).toEqual([]);
  });
});
