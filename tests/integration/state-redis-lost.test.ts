import { randomUUID } from 'node:crypto';
import type { DriverId, LocationAck, TrackPosition, TripEvent } from '@rideline/contract';
import { decodeLive } from '@rideline/fleet/live/live-index';
import { driver as driverKey, live } from '@rideline/fleet/redis/redis-keys';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type FreeDriver, startTripHarness, type TripHarness } from '../harness/cluster/trip-harness.ts';
import { REGION } from '../harness/test-process.ts';

/** A repair takes up to 10 s, MongoDB's blocks 5 s, an acknowledgement 5 s. */
const REPAIRED = { timeout: 45_000, interval: 50 };
const AT = { lat: 48.1, lng: 11.5 };

let harness: TripHarness;
beforeAll(async () => {
  harness = await startTripHarness({
    gateways: 2,
    env: { RIDELINE_ROLES: 'matching,relay,sweepers,history' },
  });
});
afterAll(() => harness.stop());

async function ride(driver: FreeDriver) {
  const riderId = `rider-${randomUUID().slice(0, 8)}`;
  const rider = await harness.phone('rider', riderId, 2);
  const tripId = randomUUID();
  const dropoff = { lat: AT.lat + 0.02, lng: AT.lng };
  expect(await rider.ask('trip:request', { tripId, pickup: AT, dropoff })).toMatchObject({ ok: true });
  const { offerId } = await driver.offer(tripId);
  expect(await driver.answer(offerId, true)).toMatchObject({ ok: true });
  await vi.waitFor(
    async () => expect(await rider.ask('track:subscribe', { tripId })).toMatchObject({ ok: true }),
    REPAIRED,
  );
  const positionsSince = (at: number) =>
    rider.received<TrackPosition>('location:update').filter(({ timestamp }) => timestamp > at);
  await vi.waitFor(() => expect(positionsSince(0)).not.toEqual([]), REPAIRED);
  return { rider, tripId, positionsSince };
}

/** Drives the ride to its end, which the driver's gateway learns. */
async function finish(
  driver: FreeDriver,
  { rider, tripId }: Awaited<ReturnType<typeof ride>>,
): Promise<void> {
  for (const action of ['arrived', 'start', 'complete'])
    expect(await driver.command(tripId, action)).toMatchObject({ ok: true });
  await vi.waitFor(() => {
    const types = rider.received<TripEvent>('trip:event').map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['arrived', 'started', 'completed']));
  }, REPAIRED);
  rider.close();
  await vi.waitFor(async () => {
    const stored = await harness.state.hget(live(REGION), driver.id);
    expect(decodeLive(stored)?.status).toBe('available');
  }, REPAIRED);
}

it('TRACK-28: after the state Redis lost its data a trip goes on: positions, durable fixes, commands, and the next trip', async () => {
  const id = `driver-${randomUUID().slice(0, 8)}`;
  const driver = await harness.freeDriver(id, AT, 1);
  const lastAck = () => driver.received<LocationAck>('location:ack').at(-1);
  // The gateway has seen several changes of the driver's trip; after the loss they are numbered from 1 again.
  await finish(driver, await ride(driver));
  const second = await ride(driver);
  await vi.waitFor(() => expect(lastAck()?.durable).toBeGreaterThan(0), REPAIRED);
  await harness.state.flushall();
  const lostAt = Date.now();
  const receivedThen = lastAck()?.received ?? 0;
  await vi.waitFor(async () => {
    const hash = await harness.state.hgetall(driverKey(REGION, id as DriverId));
    expect(hash).toMatchObject({ gateway: expect.any(String), trip: second.tripId });
  }, REPAIRED);
  await vi.waitFor(() => expect(second.positionsSince(lostAt)).not.toEqual([]), REPAIRED);
  await vi.waitFor(() => expect(lastAck()?.durable).toBeGreaterThan(receivedThen), REPAIRED);
  await finish(driver, second);
  await finish(driver, await ride(driver));
  driver.close();
}, 240_000);
