import { randomUUID } from 'node:crypto';
import {
  type DriverId,
  type FleetFrame,
  type FleetVehicle,
  fleetFrameSchema,
  type RegionId,
} from '@rideline/contract';
import { placeDrivers } from '@rideline/fleet/live/live-index';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectRaw, type RawClient } from '../harness/clients/raw-client.ts';
import { type GatewayHarness, startGatewayHarness } from '../harness/cluster/gateway-harness.ts';
import type { ServiceProcess } from '../harness/processes/service-process.ts';

let harness: GatewayHarness;
let gatewayA: ServiceProcess;
let gatewayB: ServiceProcess;

beforeAll(async () => {
  harness = await startGatewayHarness({ env: { RIDELINE_SEARCH_FRESH_MS: '3000' } });
  [gatewayA, gatewayB] = await Promise.all([
    harness.startGateway('gateway-a'),
    harness.startGateway('gateway-b'),
  ]);
});
afterAll(() => harness.stop());

const WAIT = { timeout: 60_000, interval: 20 };
const CITY = { bbox: [-123, 37, -122, 38], zoom: 12 };

async function newDriver(lat: number, lng: number) {
  const name = `driver-${randomUUID().slice(0, 8)}`;
  const client = await connectRaw(gatewayB.url, '/driver', await harness.token('driver', name));
  const boot = randomUUID();
  let seq = 0;
  const send = (atLat: number, atLng: number) =>
    client.ask('location:update', { boot, fixes: [[seq++, Date.now(), atLat, atLng, 8, 0, 5]] });
  await client.ask('driver:status', { status: 'available' });
  await send(lat, lng);
  return { ...client, name, send };
}

/** The state of the page: frames applied in order. */
function shown(operator: RawClient): Map<string, FleetVehicle> {
  const vehicles = new Map<string, FleetVehicle>();
  for (const frame of operator.received<FleetFrame>('fleet:frame')) {
    if (frame.full) vehicles.clear();
    for (const vehicle of frame.vehicles) vehicles.set(vehicle[0], vehicle);
    for (const driverId of frame.removed) vehicles.delete(driverId);
  }
  return vehicles;
}

async function watch(): Promise<RawClient> {
  const operator = await connectRaw(gatewayA.url, '/operator', await harness.token('operator', 'ops'));
  expect(await operator.ask('fleet:watch', CITY)).toEqual({ ok: true });
  return operator;
}

test('TRACK-10: an operator sees drivers that were there before and drivers that move now, on whichever gateway', async () => {
  const before = await newDriver(37.7, -122.4);
  await vi.waitFor(
    async () => expect(await harness.state.client.hexists('main:{r:main}:live', before.name)).toBe(1),
    WAIT,
  );
  const operator = await watch();
  await vi.waitFor(() => expect(shown(operator).get(before.name)?.slice(1, 3)).toEqual([37.7, -122.4]), WAIT);
  const after = await newDriver(37.75, -122.45);
  await vi.waitFor(() => expect(shown(operator).get(after.name)?.[5]).toBe('available'), WAIT);
  await after.send(37.7502, -122.45);
  await vi.waitFor(() => expect(shown(operator).get(after.name)?.[1]).toBeCloseTo(37.7502, 6), WAIT);
  for (const frame of operator.received('fleet:frame')) fleetFrameSchema.parse(frame);
  const last = operator.received<FleetFrame>('fleet:frame').at(-1);
  expect(last?.counts).toMatchObject({ available: 2, busy: 0, offline: 0, inView: 2 });
  for (const client of [before, after, operator]) client.close();
});

test('TRACK-11: a status change is on the map without a fix; a silent driver turns offline', async () => {
  const driver = await newDriver(37.72, -122.42);
  const operator = await watch();
  await vi.waitFor(() => expect(shown(operator).get(driver.name)?.[5]).toBe('available'), WAIT);
  await driver.ask('driver:status', { status: 'busy' });
  // Also where the machine is so slow that the driver is offline when this looks.
  const states = () =>
    operator
      .received<FleetFrame>('fleet:frame')
      .flatMap(({ vehicles }) => vehicles.filter(([driverId]) => driverId === driver.name))
      .map((vehicle) => vehicle[5]);
  await vi.waitFor(() => expect(states()).toContain('busy'), WAIT);
  await vi.waitFor(() => expect(shown(operator).get(driver.name)?.[5]).toBe('offline'), WAIT);
  expect(new Set(states())).toEqual(new Set(['available', 'busy', 'offline']));
  driver.close();
  operator.close();
});

test('TRACK-12: a frame names the vehicles that left the view, and at most five frames a second are sent', async () => {
  const driver = await newDriver(37.99, -122.5);
  const operator = await watch();
  await vi.waitFor(() => expect(shown(operator).has(driver.name)).toBe(true), WAIT);
  const started = performance.now();
  const framesBefore = operator.received('fleet:frame').length;
  for (let step = 1; step <= 30; step++) await driver.send(37.99 + step * 0.0003, -122.5);
  expect(await driver.send(38.001, -122.5)).toEqual({ ok: true });
  await vi.waitFor(async () => {
    await driver.send(38.002, -122.5);
    expect(shown(operator).has(driver.name)).toBe(false);
  }, WAIT);
  const seconds = (performance.now() - started) / 1000;
  expect(operator.received('fleet:frame').length - framesBefore).toBeLessThanOrEqual(
    Math.ceil(seconds * 5) + 1,
  );
  driver.close();
  operator.close();
});

test('TRACK-13: an operator who watches more than 2,000 vehicles gets counts per cell, and in a smaller view the vehicles', async () => {
  const now = Date.now();
  const city = { lat: 48, lng: 2 };
  const placements = Array.from({ length: 2200 }, (_, n) => ({
    driverId: `crowd-${n}` as DriverId,
    epoch: 1,
    status: 'available' as const,
    position: {
      ...{ lat: city.lat + Math.floor(n / 50) / 100, lng: city.lng + (n % 50) / 100 },
      ...{ heading: null, speed: null, t: now, receivedAt: now, seq: 1, bootIndex: 1 },
    },
  }));
  await placeDrivers(harness.state.client, 'main' as RegionId, placements, now);
  const operator = await connectRaw(gatewayA.url, '/operator', await harness.token('operator', 'ops'));
  const frames = () => operator.received<FleetFrame>('fleet:frame');
  expect(await operator.ask('fleet:watch', { bbox: [1.9, 47.9, 2.6, 48.6], zoom: 9 })).toEqual({ ok: true });
  await vi.waitFor(() => {
    const cells = frames().at(-1)?.cells ?? [];
    expect(cells.reduce((sum, [, count]) => sum + count, 0)).toBe(2200);
    expect(frames().at(-1)?.vehicles).toEqual([]);
  }, WAIT);
  expect(await operator.ask('fleet:watch', { bbox: [1.9, 47.9, 2.6, 48.1], zoom: 11 })).toEqual({ ok: true });
  await vi.waitFor(() => {
    const last = frames()
      .filter(({ full }) => full)
      .at(-1);
    expect(last?.cells).toBeUndefined();
    expect(last?.vehicles.length).toBeGreaterThan(100);
  }, WAIT);
  for (const frame of frames()) fleetFrameSchema.parse(frame);
  operator.close();
});
