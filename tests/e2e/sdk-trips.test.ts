import { setTimeout as sleep } from 'node:timers/promises';
import type { Offer, TripEvent, UserId } from '@rideline/contract';
import { notificationCollection } from '@rideline/fleet/notifications/notification-collection';
import { unseenMark } from '@rideline/fleet/redis/redis-keys';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import { createDriver, createRider, type Driver, type Rider } from '@rideline/sdk';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startTripHarness, type TripHarness } from '../harness/cluster/trip-harness.ts';
import { REGION } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 25 };

let area = 0;
let harness: TripHarness;
const open: (Driver | Rider)[] = [];
beforeAll(async () => {
  harness = await startTripHarness({
    gateways: 2,
    env: { RIDELINE_ROLES: 'matching,relay,sweepers,notifications' },
  });
});
afterAll(async () => {
  for (const phone of open) phone.close();
  await harness.stop();
});

/** Two phones in a separate part of town. */
function phones(name: string) {
  area += 1;
  const pickup = { lat: 30 + area, lng: -122 };
  const dropoff = { lat: pickup.lat + 0.02, lng: -122 };
  const driver = createDriver({
    url: harness.gateway(1),
    token: () => harness.token('driver', `cab-${name}`),
  });
  const rider = createRider({
    url: harness.gateway(2),
    token: () => harness.token('rider', `rider-${name}`),
  });
  open.push(driver, rider);
  driver.connect();
  rider.connect();
  driver.setStatus('available');
  driver.push(pickup);
  return { driver, rider, pickup, dropoff };
}

it('SDK-19: a whole ride on the two SDKs: requested, offered, accepted, driven, followed to its end', async () => {
  const { driver, rider, pickup, dropoff } = phones('whole');
  driver.on('offer', (offer: Offer) => void driver.answerOffer(offer.offerId, true));
  const asked = await rider.requestTrip({ pickup, dropoff });
  if (!asked.ok) throw new Error(asked.code);
  expect(asked.state).toBe('searching');
  const events: TripEvent[] = [];
  const seen: string[] = [];
  rider.follow(asked.tripId, {
    onEvent: (event) => events.push(event),
    onPosition: ({ driverId }) => seen.push(driverId),
  });
  await vi.waitFor(
    () => expect(driver.trip).toMatchObject({ tripId: asked.tripId, state: 'accepted' }),
    SOON,
  );
  driver.push({ lat: pickup.lat + 0.0001, lng: pickup.lng });
  for (const action of ['arrived', 'start', 'complete'] as const) {
    expect(await driver.tripCommand(asked.tripId, action)).toMatchObject({ ok: true });
  }
  await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ type: 'completed' }), SOON);
  expect(driver.trip).toBeNull();
  expect(new Set(seen)).toEqual(new Set(['cab-whole']));
});

it('SDK-20: commands given without a network are executed, once each and in order, when it is back', async () => {
  const { driver, rider, pickup, dropoff } = phones('offline');
  driver.on('offer', (offer: Offer) => void driver.answerOffer(offer.offerId, true));
  const asked = await rider.requestTrip({ pickup, dropoff });
  if (!asked.ok) throw new Error(asked.code);
  await vi.waitFor(() => expect(driver.trip?.tripId).toBe(asked.tripId), SOON);
  await harness.cluster.pause('gateway-1');
  const done = (['arrived', 'start', 'complete'] as const).map((action) =>
    driver.tripCommand(asked.tripId, action),
  );
  // For half a second nothing answers them.
  expect(await Promise.race([...done, sleep(500, 'no answer')])).toBe('no answer');
  await harness.cluster.resume('gateway-1');
  expect((await Promise.all(done)).map((outcome) => outcome.ok && outcome.state)).toEqual([
    'arrived',
    'in_progress',
    'completed',
  ]);
  const record = await harness.db.collection(tripCollection).findOne({ _id: asked.tripId as never });
  expect(((record?.events ?? []) as TripEvent[]).map(({ type }) => type)).toEqual([
    'requested',
    'offered',
    'accepted',
    'arrived',
    'started',
    'completed',
  ]);
});

it('SDK-19: when a rider cancels their trip, the driver with the offer is notified', async () => {
  const { driver, rider, pickup, dropoff } = phones('cancels');
  const gone: string[] = [];
  driver.on('offerRevoked', ({ reason }) => gone.push(reason));
  const asked = await rider.requestTrip({ pickup, dropoff });
  if (!asked.ok) throw new Error(asked.code);
  await vi.waitFor(() => expect(driver.offers).toHaveLength(1), SOON);
  expect(await rider.cancelTrip(asked.tripId, 'changed my mind')).toMatchObject({ state: 'cancelled' });
  await vi.waitFor(() => expect(gone).toEqual(['cancelled']), SOON);
  expect(driver.offers).toEqual([]);
});

it('SDK-21: a notification that the server emits again, because it has no acknowledgement, is delivered to the app once', async () => {
  const { driver, rider, pickup, dropoff } = phones('notified');
  const notifications = harness.db.collection(notificationCollection);
  const delivered: string[] = [];
  rider.on('notification', ({ notificationId }) => delivered.push(notificationId));
  driver.on('offer', (offer: Offer) => void driver.answerOffer(offer.offerId, true));
  const asked = await rider.requestTrip({ pickup, dropoff });
  if (!asked.ok) throw new Error(asked.code);
  await vi.waitFor(() => expect(delivered).toHaveLength(1), SOON);
  const [notificationId] = delivered;
  const matched = { _id: notificationId as never };
  const isAcknowledged = async () => (await notifications.findOne(matched))?.ackedAt !== undefined;
  await vi.waitFor(async () => expect(await isAcknowledged()).toBe(true), SOON);
  // The acknowledgement was lost, and the phone comes back. The gateway has not noted that there is nothing left for this rider, then.
  await notifications.updateOne(matched, { $unset: { ackedAt: 1 } });
  await harness.cache.set(unseenMark(REGION, 'rider', 'rider-notified' as UserId), 'unacknowledged');
  await harness.cluster.kill('gateway-2');
  await harness.cluster.start('gateway-2');
  await vi.waitFor(async () => expect(await isAcknowledged()).toBe(true), { timeout: 60_000, interval: 100 });
  expect(delivered).toEqual([notificationId]);
});
