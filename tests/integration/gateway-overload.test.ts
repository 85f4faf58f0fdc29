import { randomUUID } from 'node:crypto';
import type { DriverSync, TripEvent, UplinkPolicy } from '@rideline/contract';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startTripHarness, type TripHarness } from '../harness/cluster/trip-harness.ts';

const SOON = { timeout: 60_000, interval: 100 };
const PICKUP = { lat: 30, lng: -120 };
const DROPOFF = { lat: 30.02, lng: -120 };

let harness: TripHarness;
beforeAll(async () => {
  harness = await startTripHarness();
});
afterAll(() => harness.stop());

const policyOf = async (phone: { ask(event: string, body: object): Promise<unknown> }) =>
  ((await phone.ask('sync', {})) as DriverSync).policy;

/** Bounds the log's memory so that 90 % of it are in use: level 2. */
async function fillLog(isFull: boolean): Promise<void> {
  const used = Number(/used_memory:(\d+)/.exec(await harness.log.info('memory'))?.[1]);
  await harness.log.config('SET', 'maxmemory', isFull ? String(Math.round(used / 0.9)) : '1gb');
}

it('DEG-25: an overloaded gateway reports its level and asks its phones to send less, also those that connect later', async () => {
  const phone = await harness.phone('driver', 'early');
  expect(await policyOf(phone)).toMatchObject({ intervalMs: 1000, reason: 'default' });
  await fillLog(true);
  await vi.waitFor(
    () =>
      expect(phone.received<UplinkPolicy>('uplink:policy')).toMatchObject([
        { intervalMs: 4000, reason: 'overload' },
      ]),
    SOON,
  );
  const { level, status, reasons } = await harness.health('gateway-1');
  expect([level, status]).toEqual([2, 'degraded']);
  expect(reasons).toContainEqual({
    dependency: 'load',
    reason: expect.stringContaining('L2: memory of the log'),
  });
  expect(await harness.metric('gateway-1', 'degradation_level')).toBe(2);
  const late = await harness.phone('driver', 'late');
  expect((await policyOf(late)).intervalMs).toBe(4000);
  await fillLog(false);
  // Not before ten quiet seconds.
  await vi.waitFor(
    () =>
      expect(phone.received<UplinkPolicy>('uplink:policy').at(-1)).toMatchObject({
        intervalMs: 1000,
        reason: 'default',
      }),
    { timeout: 40_000, interval: 200 },
  );
  expect((await harness.health('gateway-1')).level).toBe(0);
  phone.close();
  late.close();
});

it('DEG-25: on an overloaded gateway a whole ride works: request, offer, positions, end', async () => {
  const cab = await harness.freeDriver('cab', PICKUP);
  await fillLog(true);
  try {
    await vi.waitFor(async () => expect((await harness.health('gateway-1')).level).toBe(2), SOON);
    const rider = await harness.phone('rider', 'rider');
    const tripId = randomUUID();
    expect(await rider.ask('trip:request', { tripId, pickup: PICKUP, dropoff: DROPOFF })).toMatchObject({
      ok: true,
    });
    await vi.waitFor(
      async () => expect(await rider.ask('track:subscribe', { tripId })).toMatchObject({ ok: true }),
      SOON,
    );
    const { offerId } = await cab.offer(tripId);
    expect(await cab.answer(offerId, true)).toMatchObject({ ok: true, state: 'accepted' });
    const positions = () => rider.received('location:update').length;
    const before = positions();
    await vi.waitFor(() => expect(positions()).toBeGreaterThan(before + 2), SOON);
    // The fixes themselves wait on the phone meanwhile.
    expect(await harness.metric('gateway-1', 'degradation_level')).toBe(2);
    for (const action of ['arrived', 'start', 'complete'])
      expect(await cab.command(tripId, action)).toMatchObject({ ok: true });
    await vi.waitFor(
      () => expect(rider.received<TripEvent>('trip:event').at(-1)).toMatchObject({ type: 'completed' }),
      SOON,
    );
    rider.close();
  } finally {
    await fillLog(false);
  }
});
