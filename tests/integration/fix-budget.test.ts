import { randomUUID } from 'node:crypto';
import { type DriverId, LIMITS, type RegionId } from '@rideline/contract';
import { decodeLive } from '@rideline/fleet/live/live-index';
import { fixBudget } from '@rideline/fleet/redis/redis-keys';
import { returnFixBudget, takeFixBudget } from '@rideline/fleet/tracks/fix-budget';
import { FixAllowance } from '@rideline/realtime/driver/fix-allowance';
import { createDriver } from '@rideline/sdk';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { fixAt, LAT, LNG, newRawDriver, type RawDriver } from '../harness/clients/raw-driver.ts';
import { type GatewayHarness, startGatewayHarness } from '../harness/cluster/gateway-harness.ts';
import type { ServiceProcess } from '../harness/processes/service-process.ts';
import { startRedis } from '../harness/servers/redis-server.ts';

const REGION = 'main' as RegionId;
const SOON = { timeout: 15_000, interval: 20 };
const BURST = LIMITS.driverFixesBurst;
let harness: GatewayHarness;
let gateway: ServiceProcess;
let other: ServiceProcess;

beforeAll(async () => {
  harness = await startGatewayHarness({ env: { RIDELINE_ACK_INTERVAL_MS: '300' } });
  [gateway, other] = await Promise.all([
    harness.startGateway('gateway-1'),
    harness.startGateway('gateway-2'),
  ]);
});
afterAll(() => harness.stop());

const newName = () => `driver-${randomUUID().slice(0, 8)}` as DriverId;
const seqsFrom = (from: number, count: number, stride = 1) =>
  Array.from({ length: count }, (_, at) => fixAt(from + at * stride, { lat: LAT }));
const over = { ok: false, code: 'SCALE_003', retryAfterMs: expect.any(Number) };
/** Leaves the driver a budget of `left` fixes. */
async function spendAllBut(driverId: DriverId, left: number): Promise<void> {
  const all = BURST - left;
  const answer = await takeFixBudget(harness.state.client, REGION, driverId, { least: all, most: all });
  expect(answer).toEqual({ taken: all, waitMs: 0 });
}
const loggedFixes = async (driverId: string) =>
  (await harness.logged(driverId)).reduce((sum, { fixes }) => sum + fixes.length, 0);

it('LIM-27: what is given back is there again, never more than the burst; Redis forgets a full budget', async () => {
  const { client } = harness.state;
  const name = newName();
  await spendAllBut(name, 0);
  expect(await takeFixBudget(client, REGION, name, { least: 1000, most: 1000 })).toMatchObject({ taken: 0 });
  await returnFixBudget(client, REGION, name, 500);
  const { taken } = await takeFixBudget(client, REGION, name, { least: 1, most: 4000 });
  expect(taken).toBeGreaterThanOrEqual(500);
  expect(taken).toBeLessThan(1000);
  await returnFixBudget(client, REGION, name, 10 * BURST);
  expect(await client.exists(fixBudget(REGION, name))).toBe(0);
  expect(await takeFixBudget(client, REGION, name, { least: 1, most: 2 * BURST })).toEqual({
    taken: BURST,
    waitMs: 0,
  });
});

it('LIM-27: over the budget a frame is refused with SCALE_003 and a time, at every gateway; its newest position is shown', async () => {
  const name = newName();
  await spendAllBut(name, 600);
  const driver = await newRawDriver(harness, gateway, { name });
  await driver.ask('driver:status', { status: 'available' });
  expect(await driver.askFixes(seqsFrom(0, 200))).toEqual({ ok: true });
  expect(await driver.askFixes(seqsFrom(200, 200))).toEqual({ ok: true });
  const refused = await driver.askFixes([...seqsFrom(400, 199), fixAt(599, { lat: LAT + 0.0003 })]);
  expect(refused).toMatchObject(over);
  expect(refused.retryAfterMs).toBeGreaterThanOrEqual(1000);
  expect(refused.retryAfterMs).toBeLessThan(20_000);
  await vi.waitFor(async () => {
    const live = decodeLive(await harness.state.client.hget('main:{r:main}:live', name));
    expect(live?.position.lat).toBeCloseTo(LAT + 0.0003, 5);
  }, SOON);
  // Repeating what was taken costs nothing.
  expect(await driver.askFixes(seqsFrom(0, 200))).toEqual({ ok: true });
  driver.close();
  const moved = await newRawDriver(harness, other, { name, boot: driver.boot });
  expect(await moved.askFixes(seqsFrom(400, 200))).toMatchObject(over);
  expect(await loggedFixes(name)).toBe(400);
  moved.close();
});

it('LIM-28: seqs that rise by 64 use up the budget seventeen times as fast', async () => {
  const driver: RawDriver = await newRawDriver(harness, gateway);
  let taken = 0;
  let frames = 0;
  for (; frames < 20; frames++) {
    const answer = await driver.askFixes(seqsFrom((1 + frames * 200) * 64, 200, 64));
    if (answer.ok !== true) {
      expect(answer).toMatchObject(over);
      break;
    }
    taken += 200;
  }
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(2000);
  expect(await loggedFixes(driver.name)).toBe(taken);
  driver.close();
});

it('LIM-27: the SDK keeps fixes over the budget and sends them again until all are in the log', async () => {
  const name = newName();
  await spendAllBut(name, 300);
  const driver = createDriver({ url: gateway.url, token: () => harness.token('driver', name) });
  const t = Date.now();
  for (let at = 0; at < 600; at++) driver.push({ lat: LAT, lng: LNG, t: t - 600_000 + at * 1000 });
  driver.connect();
  await vi.waitFor(() => expect(driver.stats().busyAnswers).toBeGreaterThan(0), SOON);
  expect(driver.stats()).toMatchObject({ held: 600, rejected: 0, overflowed: 0 });
  expect(await loggedFixes(name)).toBeLessThan(600);
  // The budget grows by itself; so long no test needs to wait.
  await harness.state.client.del(fixBudget(REGION, name));
  await vi.waitFor(async () => expect(await loggedFixes(name)).toBe(600), { ...SOON, timeout: 30_000 });
  expect(driver.stats()).toMatchObject({ rejected: 0, overflowed: 0 });
  driver.close();
});

const contextOf = (state: GatewayHarness['state']['client']) => {
  const debug = vi.fn();
  return { state, config: { region: REGION }, log: { debug } } as never;
};

it('LIM-27: a connection gives back what it did not use: reconnecting costs no budget', async () => {
  const name = newName();
  const { client } = harness.state;
  for (let round = 0; round < 20; round++) {
    const allowance = new FixAllowance(name, contextOf(client));
    allowance.open(Date.now());
    await vi.waitFor(() => expect(allowance.held).toBeGreaterThan(0), SOON);
    expect(allowance.take(10, Date.now())).toBe(0);
    allowance.close();
  }
  const { taken } = await takeFixBudget(client, REGION, name, { least: 1, most: BURST });
  expect(taken).toBeGreaterThanOrEqual(BURST - 200);
});

it('LIM-29: without the state Redis a connection takes 1,000 fixes at once and its rate after that', async () => {
  const redis = await startRedis();
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => redis.stop());
  const client = redis.client.duplicate({ enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  cleanup.defer(() => client.disconnect());
  client.on('error', () => undefined);
  await redis.kill();
  const allowance = new FixAllowance(newName(), contextOf(client));
  allowance.open(Date.now());
  const now = Date.now();
  let taken = 0;
  while (taken < 5000 && allowance.take(200, now) === 0) taken += 200;
  expect(taken).toBe(1000);
  expect(allowance.take(200, now)).toBeGreaterThanOrEqual(1000);
  expect(allowance.take(20, now + 1000)).toBe(0);
  allowance.close();
});
