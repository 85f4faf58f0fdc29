import { randomUUID } from 'node:crypto';
import { type DriverId, type RiderId, type TripId, tripRequestSchema } from '@rideline/contract';
import { createDriverClaims } from '@rideline/fleet/live/driver-claims';
import { openOffers } from '@rideline/fleet/trips/trip';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import { requestTrip } from '@rideline/fleet/trips/trip-request';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { clockFromConfig, loadConfig } from '@rideline/platform/config/config';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { startWorker } from '../harness/processes/worker-process.ts';
import { REGION } from '../harness/test-process.ts';
import { placeFreeDrivers } from '../harness/trips/free-drivers.ts';
import { tripStoreOf } from '../harness/trips/trip-store-setup.ts';

const SOON = { timeout: 25_000, interval: 50 };
/** Domain time runs ten times as fast: a window of 15 s ends after 1.5 s. */
const RATE = 10;
let harness: WorkersHarness;
let tripStore: TripStore;

beforeAll(async () => {
  const now = Date.now();
  const mapping = { RIDELINE_DOMAIN_CLOCK: `${now}:${now}:${RATE}` };
  harness = await startWorkersHarness({ env: { RIDELINE_ROLES: 'matching,relay', ...mapping } });
  tripStore = tripStoreOf(harness, { clock: clockFromConfig(loadConfig(mapping, 'test')) });
});
afterAll(() => harness.stop());

async function offered(name: string): Promise<{ tripId: TripId; driverId: DriverId }> {
  const pickup = { lat: 10 + Math.random() * 40, lng: 5 };
  const driverId = `cab-${name}` as DriverId;
  await placeFreeDrivers(harness.state, [{ driverId, ...pickup, at: tripStore.clock.domainMs() }]);
  const tripId = randomUUID() as string as TripId;
  const wish = tripRequestSchema.parse({ tripId, pickup, dropoff: { ...pickup, lng: 5.1 } });
  await requestTrip(tripStore, `rider-${name}` as RiderId, wish);
  await vi.waitFor(async () => expect(openOffers(await trip(tripId))).toHaveLength(1), SOON);
  return { tripId, driverId };
}

const trip = async (tripId: TripId) => (await tripStore.trips.find(tripId)) as StoredTrip;

it('TRIP-13: an offer past its window is ended by its timer or the tick, whichever is first, once', async () => {
  const [seen, unseen] = await Promise.all([offered('seen'), offered('unseen')]);
  await createDriverClaims({ state: harness.state, region: REGION }).markSeen(
    seen.driverId,
    `${seen.tripId}_1` as never,
  );
  for (const [{ tripId }, end] of [
    [seen, 'expired'],
    [unseen, 'undelivered'],
  ] as const) {
    await vi.waitFor(async () => expect((await trip(tripId)).offers[0]?.state).toBe(end), SOON);
    const { events, offers } = await trip(tripId);
    expect(events.filter(({ type }) => type === 'lapsed')).toHaveLength(1);
    const [offer] = offers;
    // Never before the end of the window plus its grace.
    expect((offer?.endedAt ?? 0) - (offer?.expiresAt ?? 0)).toBeGreaterThanOrEqual(2000);
  }
});

it('TRIP-13: with every matching worker away the sweeper ends offers and searches by the same write', async () => {
  const { tripId } = await offered('left');
  await harness.cluster.kill('workers-1');
  const sweeper = startWorker({
    ...harness.env,
    RIDELINE_ROLES: 'relay,sweepers',
    RIDELINE_PROCESS: 'workers-9',
  });
  try {
    await vi.waitFor(async () => expect((await trip(tripId)).state.name).toBe('no_drivers'), SOON);
    expect((await trip(tripId)).offers.every(({ state }) => state !== 'open')).toBe(true);
  } finally {
    await sweeper.end('SIGKILL');
  }
});
