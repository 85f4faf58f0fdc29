import { randomUUID } from 'node:crypto';
import type { GatewayId, RegionId, TrackPosition, TrackSubscribed, TripEvent } from '@rideline/contract';
import { sendToInbox } from '@rideline/fleet/redis/inbox';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectRaw } from '../harness/clients/raw-client.ts';
import { type GatewayHarness, startGatewayHarness } from '../harness/cluster/gateway-harness.ts';
import type { ServiceProcess } from '../harness/processes/service-process.ts';
import { openFollowedTrip } from '../harness/trips/followed-trip.ts';

let harness: GatewayHarness;
let gatewayA: ServiceProcess;
let gatewayB: ServiceProcess;

beforeAll(async () => {
  harness = await startGatewayHarness();
  [gatewayA, gatewayB] = await Promise.all([
    harness.startGateway('gateway-a'),
    harness.startGateway('gateway-b'),
  ]);
});
afterAll(() => harness.stop());

const WAIT = { timeout: 60_000, interval: 20 };

async function newDriver(gateway = gatewayA) {
  const name = `driver-${randomUUID().slice(0, 8)}`;
  const client = await connectRaw(gateway.url, '/driver', await harness.token('driver', name));
  const boot = randomUUID();
  let seq = 0;
  let lat = 37.77;
  return {
    ...client,
    name,
    boot,
    /** Sends one fix 10 m further north and waits until it is in the log. */
    async move(): Promise<void> {
      lat += 0.0001;
      expect(
        await client.ask('location:update', { boot, fixes: [[seq++, Date.now(), lat, -122.41, 8, 0, 5]] }),
      ).toEqual({
        ok: true,
      });
    },
  };
}

async function newRider(riderId: string, gateway = gatewayA) {
  return connectRaw(gateway.url, '/rider', await harness.token('rider', riderId));
}

test('TRACK-1: a rider on one gateway sees the driver on another, from a snapshot on, in order and without a gap', async () => {
  const driver = await newDriver(gatewayB);
  await driver.ask('sync', {});
  const trip = await openFollowedTrip(harness, { driverId: driver.name });
  await vi.waitFor(async () => {
    await driver.move();
    expect(await harness.state.client.exists(`main:{t:${trip.tripId}}:positions`)).toBe(1);
  }, WAIT);
  const rider = await newRider(trip.riderId);
  const subscribed = await rider.ask<TrackSubscribed>('track:subscribe', { tripId: trip.tripId });
  expect(subscribed).toMatchObject({ ok: true, version: 1, recovered: false, missed: [] });
  expect(subscribed.snapshot).toMatchObject({
    state: 'in_progress',
    driver: { id: driver.name, name: 'Ada' },
  });
  expect(subscribed.snapshot.position?.lat).toBeCloseTo(37.77, 2);
  for (let count = 0; count < 5; count++) await driver.move();
  await vi.waitFor(() => expect(rider.received('location:update')).toHaveLength(5), WAIT);
  const positions = rider.received<TrackPosition>('location:update');
  expect(positions.map(({ pos }) => pos - subscribed.pos)).toEqual([1, 2, 3, 4, 5]);
  expect(positions.every((position) => position.epoch === subscribed.epoch && position.skipped === 0)).toBe(
    true,
  );
  rider.close();
  driver.close();
});

test('TRACK-2: a slow follower is sent eight positions, then the newest once it has seen some, and every state', async () => {
  const driver = await newDriver();
  await driver.ask('sync', {});
  const trip = await openFollowedTrip(harness, { driverId: driver.name });
  const rider = await newRider(trip.riderId, gatewayB);
  const { pos: start } = await rider.ask<TrackSubscribed>('track:subscribe', { tripId: trip.tripId });
  await vi.waitFor(
    async () => expect((await driver.ask<{ trip?: object }>('sync', {})).trip).toBeDefined(),
    WAIT,
  );
  for (let count = 0; count < 20; count++) await driver.move();
  await trip.event('at_stop');
  await trip.event('in_progress');
  // The first event of a trip reaches its rider unasked, and on a busy machine after they have connected.
  const laterVersions = () =>
    rider
      .received<TripEvent>('trip:event')
      .map(({ version }) => version)
      .filter((version) => version > 1);
  await vi.waitFor(() => expect(laterVersions()).toEqual([2, 3]), WAIT);
  expect(rider.received('location:update')).toHaveLength(8);
  rider.socket.emit('track:seen', { tripId: trip.tripId, pos: start + 8 });
  await vi.waitFor(() => expect(rider.received('location:update')).toHaveLength(9), WAIT);
  expect(rider.received<TrackPosition>('location:update').at(-1)).toMatchObject({
    pos: start + 20,
    skipped: 11,
  });
  rider.close();
  driver.close();
});

test('TRACK-3: when the trip ends, its follower is notified and receives nothing more of the driver', async () => {
  const driver = await newDriver();
  const trip = await openFollowedTrip(harness, { driverId: driver.name });
  const rider = await newRider(trip.riderId, gatewayB);
  await rider.ask('track:subscribe', { tripId: trip.tripId });
  await vi.waitFor(async () => {
    await driver.move();
    expect(rider.received('location:update').length).toBeGreaterThan(0);
  }, WAIT);
  await trip.event('completed');
  await vi.waitFor(
    () => expect(rider.received<TripEvent>('trip:event').at(-1)?.state).toBe('completed'),
    WAIT,
  );
  // By the event, well before the check after ten seconds of silence.
  await vi.waitFor(async () => expect(await gatewayB.metric('followers')).toBe(0), {
    timeout: 5000,
    interval: 20,
  });
  const before = rider.received('location:update').length;
  await driver.move();
  await driver.move();
  expect(await harness.state.client.call('PUBSUB', 'SHARDCHANNELS')).toEqual([]);
  expect(rider.received('location:update')).toHaveLength(before);
  rider.close();
  driver.close();
});

test('TRACK-41: each position has the seconds to the next place; there are none while the car stands at a stop', async () => {
  const driver = await newDriver();
  await driver.ask('sync', {});
  const trip = await openFollowedTrip(harness, { driverId: driver.name });
  const far = { lat: 37.8, lng: -122.41 };
  const route = { pickup: far, dropoff: far, stops: [], stopsDone: 0 };
  await harness.state.client.hset(`main:{t:${trip.tripId}}:trip`, 'route', JSON.stringify(route));
  const rider = await newRider(trip.riderId, gatewayB);
  await rider.ask('track:subscribe', { tripId: trip.tripId });
  const etas = () => rider.received<TrackPosition>('location:update').map(({ etaSeconds }) => etaSeconds);
  await vi.waitFor(async () => {
    await driver.move();
    expect(etas().length).toBeGreaterThan(2);
  }, WAIT);
  const driven = etas().map((seconds) => seconds ?? Number.NaN);
  expect(driven[0]).toBeGreaterThan(60);
  expect(driven).toEqual(driven.toSorted((a, b) => b - a));
  expect(driven.at(-1)).toBeLessThan(driven[0] ?? 0);
  await trip.event('at_stop');
  await vi.waitFor(() => expect(rider.received('trip:event')).toHaveLength(1), WAIT);
  rider.socket.emit('track:seen', { tripId: trip.tripId, pos: 1_000_000 });
  const before = etas().length;
  await vi.waitFor(async () => {
    await driver.move();
    expect(etas().length).toBeGreaterThan(before);
  }, WAIT);
  expect(etas().at(-1)).toBeUndefined();
  rider.close();
  driver.close();
});

test("TRACK-21: a driver's gateway that never received the trip hint finds the trip by itself, and an older change that arrives late is ignored", async () => {
  const driver = await newDriver();
  await driver.ask('sync', {});
  const trip = await openFollowedTrip(harness, { driverId: driver.name, gateway: 'gateway-unheard' });
  const rider = await newRider(trip.riderId, gatewayB);
  await rider.ask('track:subscribe', { tripId: trip.tripId });
  await vi.waitFor(
    async () => {
      await driver.move();
      expect(rider.received('location:update').length).toBeGreaterThan(0);
    },
    { timeout: 20_000, interval: 300 },
  );
  expect(await gatewayA.metric('driver_trip_repairs_total')).toBeGreaterThan(0);
  const late = { type: 'tripChanged', driverId: trip.driverId, tripId: null, rev: 0 } as const;
  expect(
    await sendToInbox(harness.cache.client, 'main' as RegionId, gatewayA.name as GatewayId, [late]),
  ).toBe(1);
  const seen = rider.received('location:update').length;
  await driver.move();
  await vi.waitFor(() => expect(rider.received('location:update').length).toBeGreaterThan(seen), WAIT);
});

test('TRACK-25: a rider gets the events of their own trip without a subscription, on any gateway, once each', async () => {
  const driver = await newDriver(gatewayB);
  await driver.ask('sync', {});
  const trip = await openFollowedTrip(harness, { driverId: driver.name });
  const here = await newRider(trip.riderId, gatewayA);
  const elsewhere = await newRider(trip.riderId, gatewayB);
  const stranger = await newRider('rider-of-another-trip', gatewayA);
  await elsewhere.ask('track:subscribe', { tripId: trip.tripId });
  // The adapter subscribes to the rider's channel without an answer.
  await vi.waitFor(async () => {
    await trip.event('at_stop');
    expect(here.received('trip:event').length).toBeGreaterThan(0);
  }, WAIT);
  const { version } = await trip.event('in_progress');
  const versions = (client: typeof here) =>
    client.received<TripEvent>('trip:event').map((event) => event.version);
  for (const rider of [here, elsewhere])
    await vi.waitFor(() => expect(versions(rider)).toContain(version), WAIT);
  for (const rider of [here, elsewhere]) expect(new Set(versions(rider)).size).toBe(versions(rider).length);
  expect(versions(stranger)).toEqual([]);
  for (const client of [driver, here, elsewhere, stranger]) client.close();
});
