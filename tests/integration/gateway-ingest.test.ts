import { randomUUID } from 'node:crypto';
import type { DriverId, GatewayId, Goodbye, LocationRefused, RegionId } from '@rideline/contract';
import { decodeLive } from '@rideline/fleet/live/live-index';
import { createLiveSearch } from '@rideline/fleet/live/live-search';
import { sendToInbox } from '@rideline/fleet/redis/inbox';
import { systemClock } from '@rideline/platform/process/clock';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fixAt, LAT, newRawDriver } from '../harness/clients/raw-driver.ts';
import { type GatewayHarness, startGatewayHarness } from '../harness/cluster/gateway-harness.ts';
import type { ServiceProcess } from '../harness/processes/service-process.ts';

const REGION = 'main' as RegionId;
const WAIT = { timeout: 60_000, interval: 20 };
let harness: GatewayHarness;
let gateway: ServiceProcess;
let other: ServiceProcess;

beforeAll(async () => {
  harness = await startGatewayHarness({ env: { RIDELINE_ACK_INTERVAL_MS: '300' } });
  [gateway, other] = await Promise.all([
    harness.startGateway('gateway-1'),
    harness.startGateway('gateway-2', { RIDELINE_ACK_INTERVAL_MS: '60000' }),
  ]);
});
afterAll(() => harness.stop());

const loggedFixes = async (driverId: string) =>
  (await harness.logged(driverId)).flatMap(({ fixes }) => fixes);
const livePosition = async (driverId: string) =>
  decodeLive(await harness.state.client.hget('main:{r:main}:live', driverId))?.position;
const isFound = async (driverId: string) =>
  (await harness.state.client.zscore('main:{r:main}:geo:available', driverId)) !== null;

test('FIX-5: a frame that requests an acknowledgement gets it after the append, and the driver is in the live index', async () => {
  const driver = await newRawDriver(harness, gateway);
  expect(await driver.ask('driver:status', { status: 'available' })).toEqual({ ok: true });
  expect(await driver.askFixes([fixAt(0)])).toEqual({ ok: true });
  expect(await loggedFixes(driver.name)).toMatchObject([{ seq: 0, verdict: 'ok' }]);
  await vi.waitFor(async () => expect(await isFound(driver.name)).toBe(true), WAIT);
  await vi.waitFor(() => {
    expect(driver.lastAck()).toEqual({ boot: driver.boot, received: 0, durable: -1, gaps: [] });
  }, WAIT);
  driver.close();
});

test('FIX-5: acknowledgements are cumulative: exact gaps, one per interval, and repeated fixes are not appended again', async () => {
  const driver = await newRawDriver(harness, gateway);
  driver.send([fixAt(0), fixAt(1)]);
  driver.send([fixAt(4), fixAt(5), fixAt(8)]);
  await vi.waitFor(() => {
    expect(driver.lastAck()).toMatchObject({
      received: 8,
      gaps: [
        [2, 3],
        [6, 7],
      ],
    });
  }, WAIT);
  driver.send([fixAt(2), fixAt(3), fixAt(4), fixAt(5)]);
  await vi.waitFor(() => expect(driver.lastAck()).toMatchObject({ received: 8, gaps: [[6, 7]] }), WAIT);
  driver.send([fixAt(9)], { lowest: 8 });
  await vi.waitFor(() => expect(driver.lastAck()).toMatchObject({ received: 9, gaps: [] }), WAIT);
  expect((await loggedFixes(driver.name)).map(({ seq }) => seq).sort((a, b) => a - b)).toEqual([
    0, 1, 2, 3, 4, 5, 8, 9,
  ]);
  const before = driver.received('location:ack').length;
  expect(await driver.askFixes([fixAt(9)])).toEqual({ ok: true });
  expect(driver.received('location:ack').length).toBeLessThanOrEqual(before + 1);
  driver.close();
});

test('FIX-24: a boot that begins above 0 gets an acknowledgement that names `lowest`; with it nothing is missing', async () => {
  const driver = await newRawDriver(harness, gateway);
  driver.send([fixAt(100)]);
  await vi.waitFor(() => expect(driver.lastAck()).toMatchObject({ received: 100, gaps: [[0, 99]] }), WAIT);
  expect(driver.lastAck()?.detail).toMatch(/^lowest: .*lowest: 100$/);
  driver.send([fixAt(101)], { lowest: 100 });
  await vi.waitFor(() => {
    expect(driver.lastAck()).toEqual({ boot: driver.boot, received: 101, durable: -1, gaps: [] });
  }, WAIT);
  driver.close();
});

test('FIX-25: the seq that arrives first is not the lowest of its boot: earlier ones are taken when they come, on another connection too', async () => {
  const driver = await newRawDriver(harness, gateway);
  // A phone that was offline sends its newest fix first.
  expect(await driver.askFixes([fixAt(5)])).toEqual({ ok: true });
  driver.close();
  const again = await newRawDriver(harness, other, { name: driver.name, boot: driver.boot });
  expect(await again.askFixes([0, 1, 2, 3, 4].map((seq) => fixAt(seq)))).toEqual({ ok: true });
  expect((await loggedFixes(driver.name)).map(({ seq }) => seq)).toEqual([5, 0, 1, 2, 3, 4]);
  again.close();
});

test('FIX-5: sixty-four fixes are acknowledged at once, whatever the interval', async () => {
  // A minute between acknowledgements: one that arrives earlier has another cause.
  const driver = await newRawDriver(harness, other);
  driver.send([fixAt(0)]);
  await vi.waitFor(() => expect(driver.lastAck()?.received).toBe(0), WAIT);
  await driver.askFixes(Array.from({ length: 63 }, (_, at) => fixAt(at + 1)));
  expect(driver.lastAck()?.received).toBe(0);
  driver.send([fixAt(64)]);
  await vi.waitFor(() => expect(driver.lastAck()?.received).toBe(64), WAIT);
  driver.close();
});

test('FIX-14: the acknowledgement carries the durable seqs, and a new connection starts from them', async () => {
  const name = `driver-${randomUUID().slice(0, 8)}` as DriverId;
  const driver = await newRawDriver(harness, gateway, { name });
  await driver.askFixes([fixAt(0), fixAt(1), fixAt(2)]);
  await harness.state.client.hset(
    `main:{d:${name}}:driver`,
    `durable:${driver.boot}`,
    '{"durable":1,"ranges":[[5,6]]}',
  );
  await sendToInbox(harness.cache.client, REGION, 'gateway-1' as GatewayId, [
    { type: 'durable', driverId: name, boot: driver.boot as never, durable: 1 },
  ]);
  await vi.waitFor(() => expect(driver.lastAck()).toMatchObject({ received: 2, durable: 1 }), WAIT);
  driver.close();
  const again = await newRawDriver(harness, other, { name, boot: driver.boot });
  expect(await again.ask('sync', {})).toMatchObject({
    ok: true,
    ack: { boot: driver.boot, received: 6, durable: 1, gaps: [[2, 4]] },
  });
  again.send([fixAt(2), fixAt(3)]);
  await vi.waitFor(
    () => expect(again.lastAck()).toMatchObject({ received: 6, durable: 1, gaps: [[4, 4]] }),
    WAIT,
  );
  again.close();
});

test('FIX-27: the phone learns that its last fixes are durable although the message of the workers was lost and no further fix follows', async () => {
  const driver = await newRawDriver(harness, gateway);
  await driver.askFixes([fixAt(0), fixAt(1)]);
  await harness.state.client.hset(
    `main:{d:${driver.name}}:driver`,
    `durable:${driver.boot}`,
    '{"durable":1,"ranges":[]}',
  );
  await vi.waitFor(() => expect(driver.lastAck()).toMatchObject({ received: 1, durable: 1 }), WAIT);
  expect(await gateway.metric('driver_durable_repairs_total')).toBeGreaterThan(0);
  driver.close();
});

test('FIX-28: after the driver hash was lost, with the durable fixes above a gap, the phone sends what is not durable again', async () => {
  const driver = await newRawDriver(harness, gateway);
  await driver.askFixes([fixAt(0), fixAt(1), fixAt(2)]);
  await vi.waitFor(() => expect(driver.lastAck()).toMatchObject({ received: 2, durable: -1 }), WAIT);
  await harness.state.client.del(`main:{d:${driver.name}}:driver`);
  await vi.waitFor(() => expect(driver.lastAck()).toMatchObject({ received: -1, durable: -1 }), WAIT);
  await driver.askFixes([fixAt(0), fixAt(1), fixAt(2)]);
  expect((await loggedFixes(driver.name)).map(({ seq }) => seq)).toEqual([0, 1, 2, 0, 1, 2]);
  await vi.waitFor(() => expect(driver.lastAck()).toMatchObject({ received: 2 }), WAIT);
  driver.close();
});

test('FIX-3: a refused fix is reported at once, kept with its verdict, and hidden', async () => {
  const driver = await newRawDriver(harness, gateway);
  await driver.ask('driver:status', { status: 'available' });
  const bad = [
    fixAt(1, { lat: 91 }),
    fixAt(2, { lat: null }),
    fixAt(3, { lat: '12' }),
    fixAt(4, { lat: 0, lng: 0 }),
    fixAt(5, { rest: [5, 5, 5000] }),
    fixAt(6, { rest: [5, 5, 5, 1] }),
    fixAt(7, { t: Date.now() + 600_000 }),
    fixAt(8, { t: Date.now() - 25 * 3600_000 }),
  ];
  expect(await driver.askFixes([fixAt(0), ...bad])).toEqual({ ok: true });
  const expected = ['range', 'range', 'range', 'null_island', 'accuracy', 'mock', 'future', 'stale'].map(
    (verdict, at) => ({
      seq: at + 1,
      verdict,
    }),
  );
  await vi.waitFor(() => {
    expect(driver.received<LocationRefused>('location:refused')).toEqual([
      { boot: driver.boot, items: expected },
    ]);
    expect(driver.lastAck()).toMatchObject({ received: 8, gaps: [] });
  }, WAIT);
  expect((await loggedFixes(driver.name)).slice(1).map(({ seq, verdict }) => ({ seq, verdict }))).toEqual(
    expected,
  );
  await vi.waitFor(async () => expect(await livePosition(driver.name)).toMatchObject({ seq: 0 }), WAIT);
  driver.close();
});

test('FIX-7: a late fix goes to history and never moves the live position back', async () => {
  const driver = await newRawDriver(harness, gateway);
  await driver.ask('driver:status', { status: 'available' });
  await driver.askFixes([fixAt(10)]);
  await driver.askFixes([fixAt(3), fixAt(4)]);
  await driver.askFixes([fixAt(11)]);
  await vi.waitFor(async () => expect(await livePosition(driver.name)).toMatchObject({ seq: 11 }), WAIT);
  await driver.askFixes([fixAt(5)]);
  const flushes = await gateway.metric('live_index_drivers_count');
  await driver.ask('driver:status', { status: 'available' });
  await vi.waitFor(
    async () => expect(await gateway.metric('live_index_drivers_count')).toBeGreaterThan(flushes),
    WAIT,
  );
  expect(await livePosition(driver.name)).toMatchObject({ seq: 11, lat: LAT + 0.0011 });
  expect((await loggedFixes(driver.name)).map(({ seq, verdict }) => [seq, verdict])).toEqual([
    [10, 'ok'],
    [3, 'ok'],
    [4, 'ok'],
    [11, 'ok'],
    [5, 'ok'],
  ]);
  driver.close();
});

test('FIX-9: a jump is hidden until the next fix confirms it', async () => {
  const driver = await newRawDriver(harness, gateway);
  await driver.ask('driver:status', { status: 'available' });
  const start = Date.now() - 10_000;
  const step = (seq: number, lat: number) => driver.askFixes([fixAt(seq, { t: start + seq * 1000, lat })]);
  await step(0, LAT);
  await step(1, LAT + 0.5);
  await vi.waitFor(async () => expect(await livePosition(driver.name)).toMatchObject({ seq: 0 }), WAIT);
  await step(2, LAT + 0.0001);
  await step(3, LAT + 0.5);
  await step(4, LAT + 0.5001);
  await vi.waitFor(
    async () => expect(await livePosition(driver.name)).toMatchObject({ seq: 4, lat: LAT + 0.5001 }),
    WAIT,
  );
  expect((await loggedFixes(driver.name)).map(({ verdict }) => verdict)).toEqual([
    'ok',
    'implausible',
    'ok',
    'implausible',
    'ok',
  ]);
  driver.close();
});

test('GEO-3: a driver who goes busy or offline is out of the search before the acknowledgement, without a fix', async () => {
  const driver = await newRawDriver(harness, gateway);
  for (const status of ['busy', 'offline']) {
    await driver.ask('driver:status', { status: 'available' });
    await driver.askFixes([fixAt(status === 'busy' ? 0 : 1)]);
    await vi.waitFor(async () => expect(await isFound(driver.name)).toBe(true), WAIT);
    expect(await driver.ask('driver:status', { status })).toEqual({ ok: true });
    expect(await isFound(driver.name)).toBe(false);
  }
  await vi.waitFor(async () => {
    expect((await harness.logged(driver.name)).map(({ status, fixes }) => [status, fixes.length])).toEqual([
      ['available', 0],
      ['available', 1],
      ['busy', 0],
      ['available', 0],
      ['available', 1],
      ['offline', 0],
    ]);
  }, WAIT);
  driver.close();
  // A lost connection does not change the driver's status either.
  expect(await harness.state.client.hget(`main:{d:${driver.name}}:driver`, 'status')).toBe('offline');
});

test('GEO-4: a fix that is old when it arrives does not make its driver fresh', async () => {
  const driver = await newRawDriver(harness, gateway);
  await driver.ask('driver:status', { status: 'available' });
  const t = Date.now() - 3600_000;
  const fix = fixAt(0, { t });
  await driver.askFixes([fix]);
  await vi.waitFor(async () => expect(await isFound(driver.name)).toBe(true), WAIT);
  const [, , lat, lng] = fix as [number, number, number, number];
  const query = { lat, lng, radiusMetres: 1000, limit: 10, status: 'available' } as const;
  const foundWithin = async (freshMs: number) => {
    const search = createLiveSearch({
      redis: harness.state.client,
      region: REGION,
      clock: systemClock,
      freshMs,
    });
    return (await search.nearest(query)).drivers.some(({ driverId }) => driverId === driver.name);
  };
  expect(await foundWithin(60_000)).toBe(false);
  expect(await foundWithin(2 * 3600_000)).toBe(true);
  driver.close();
});

test.each([
  ['on the same gateway', () => gateway],
  ['on another gateway', () => other],
])('SEC-11: a newer connection %s replaces the older one, which is notified and closed', async (_, where) => {
  const first = await newRawDriver(harness, gateway);
  await first.ask('driver:status', { status: 'available' });
  await first.askFixes([fixAt(0)]);
  const second = await newRawDriver(harness, where(), { name: first.name, boot: first.boot });
  await vi.waitFor(() => {
    expect(first.received<Goodbye>('goodbye')).toEqual([{ code: 'CONNECTION_REPLACED' }]);
    expect(first.socket.connected).toBe(false);
  }, WAIT);
  expect(await second.askFixes([fixAt(1)])).toEqual({ ok: true });
  await vi.waitFor(async () => expect(await livePosition(first.name)).toMatchObject({ seq: 1 }), WAIT);
  expect(await isFound(first.name)).toBe(true);
  second.close();
});

test('SEC-11: after a lost hint the older connection is closed when it tries to place the driver', async () => {
  const first = await newRawDriver(harness, gateway);
  await first.askFixes([fixAt(0)]);
  await harness.state.client.hincrby('main:{r:main}:conn', first.name, 1);
  await first.askFixes([fixAt(1)]);
  await vi.waitFor(
    () => expect(first.received<Goodbye>('goodbye')).toEqual([{ code: 'CONNECTION_REPLACED' }]),
    WAIT,
  );
});
