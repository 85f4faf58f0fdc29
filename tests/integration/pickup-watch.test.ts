import { randomUUID } from 'node:crypto';
import {
  type CommandId,
  type DriverId,
  type RiderId,
  type TripId,
  tripRequestSchema,
  type UserId,
} from '@rideline/contract';
import { notificationCollection } from '@rideline/fleet/notifications/notification-collection';
import { openOffers } from '@rideline/fleet/trips/trip';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import { answerOffer } from '@rideline/fleet/trips/trip-commands';
import { requestTrip } from '@rideline/fleet/trips/trip-request';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { clockFromConfig, loadConfig } from '@rideline/platform/config/config';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { placeFreeDrivers } from '../harness/trips/free-drivers.ts';
import { tripStoreOf } from '../harness/trips/trip-store-setup.ts';

const SOON = { timeout: 60_000, interval: 50 };
/** Domain time runs thirty times as fast: the three minutes of the watch are six seconds. */
const RATE = 30;
const PICKUP = { lat: 37.77, lng: -122.41 };

let harness: WorkersHarness;
let tripStore: TripStore;
let timer: NodeJS.Timeout;
/** Where each driver is, and how they move per domain second. */
const drivers = new Map<string, { lat: number; lng: number; north: number }>();

beforeAll(async () => {
  const now = Date.now();
  const mapping = { RIDELINE_DOMAIN_CLOCK: `${now}:${now}:${RATE}` };
  harness = await startWorkersHarness({
    env: {
      RIDELINE_ROLES: 'matching,relay,notifications,sweepers',
      RIDELINE_MATCH_TICK_MS: '100',
      ...mapping,
    },
  });
  tripStore = tripStoreOf(harness, { clock: clockFromConfig(loadConfig(mapping, 'test')) });
  let before = tripStore.clock.domainMs();
  timer = setInterval(() => {
    const at = tripStore.clock.domainMs();
    const seconds = (at - before) / 1000;
    before = at;
    for (const driver of drivers.values()) driver.lat += driver.north * seconds;
    const placed = [...drivers].map(([driverId, { lat, lng }]) => ({ driverId, lat, lng, at }));
    void placeFreeDrivers(harness.state, placed);
  }, 100);
});
afterAll(async () => {
  clearInterval(timer);
  await harness.stop();
});

const trip = async (tripId: TripId) => (await tripStore.trips.find(tripId)) as StoredTrip;

async function accepted(rider: string, driverId: string): Promise<TripId> {
  const tripId = randomUUID() as string as TripId;
  const wish = tripRequestSchema.parse({ tripId, pickup: PICKUP, dropoff: { lat: 37.8, lng: -122.4 } });
  await requestTrip(tripStore, rider as RiderId, wish);
  const offer = await vi.waitFor(async () => {
    const [open] = openOffers(await trip(tripId));
    if (open?.driverId !== driverId) throw new Error('not offered yet');
    return open;
  }, SOON);
  const answer = { commandId: randomUUID() as string as CommandId, offerId: offer.offerId, accept: true };
  await answerOffer(tripStore, driverId as DriverId, answer);
  return tripId;
}

it('MATCH-11: a driver who comes nearer keeps the trip; one who stands still for three minutes loses it, and the rider was warned before', async () => {
  // 1.1 km away, 6 m/s towards the pick-up, and one who does not move.
  drivers.set('comes', { lat: PICKUP.lat - 0.01, lng: PICKUP.lng, north: 6 / 111_000 });
  const kept = await accepted('rider-comes', 'comes');
  drivers.set('stands', { lat: PICKUP.lat - 0.012, lng: PICKUP.lng, north: 0 });
  const lost = await accepted('rider-stands', 'stands');
  await vi.waitFor(async () => {
    const { events } = await trip(lost);
    expect(events.find(({ type }) => type === 'reassigned')?.data).toEqual({ reason: 'stalled' });
  }, SOON);
  const { events } = await trip(lost);
  const at = (type: string) => events.find((event) => event.type === type)?.at ?? 0;
  expect(at('reassigned') - at('accepted')).toBeGreaterThanOrEqual(180_000);
  await vi.waitFor(async () => {
    const warned = await harness.db.collection(notificationCollection).findOne({
      userId: 'rider-stands' as UserId,
      kind: 'pickup_warning',
    });
    expect(warned).not.toBeNull();
  }, SOON);
  expect((await trip(kept)).events.some(({ type }) => type === 'reassigned')).toBe(false);
});
