import { randomUUID } from 'node:crypto';
import {
  type DriverId,
  type OfferId,
  type RiderId,
  type TripId,
  tripRequestSchema,
} from '@rideline/contract';
import { createDriverClaims } from '@rideline/fleet/live/driver-claims';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import { requestTrip } from '@rideline/fleet/trips/trip-request';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { clockFromConfig, loadConfig } from '@rideline/platform/config/config';
import { systemClock } from '@rideline/platform/process/clock';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { startWorker } from '../harness/processes/worker-process.ts';
import { REGION } from '../harness/test-process.ts';
import { placeFreeDrivers } from '../harness/trips/free-drivers.ts';
import { tripStoreOf } from '../harness/trips/trip-store-setup.ts';

const SOON = { timeout: 60_000, interval: 50 };
/** Domain time runs ten times as fast: a window of 15 s ends after 1.5 s. */
const RATE = 10;
let harness: WorkersHarness;
let tripStore: TripStore;

beforeAll(async () => {
  const now = Date.now();
  // The default of 60 s would be over after 6 s here, and a driver without a new fix is not found after it.
  const longer = { RIDELINE_SEARCH_FRESH_MS: '600000' };
  const mapping = { RIDELINE_DOMAIN_CLOCK: `${now}:${now}:${RATE}` };
  harness = await startWorkersHarness({ env: { RIDELINE_ROLES: 'matching,relay', ...longer, ...mapping } });
  tripStore = tripStoreOf(harness, { clock: clockFromConfig(loadConfig(mapping, 'test')) });
});
afterAll(() => harness.stop());

async function offered(
  name: string,
  options: { beforeRequest?: (driverId: DriverId, offerId: OfferId) => Promise<void> } = {},
): Promise<{ tripId: TripId; driverId: DriverId }> {
  const pickup = { lat: 10 + Math.random() * 40, lng: 5 };
  const driverId = `cab-${name}` as DriverId;
  await placeFreeDrivers(harness.state, [{ driverId, ...pickup, at: tripStore.clock.domainMs() }]);
  const tripId = randomUUID() as string as TripId;
  const wish = tripRequestSchema.parse({ tripId, pickup, dropoff: { ...pickup, lng: 5.1 } });
  await options.beforeRequest?.(driverId, `${tripId}_1` as OfferId);
  await requestTrip(tripStore, `rider-${name}` as RiderId, wish);
  // Also one that has ended: on a busy machine its window of 1.5 s passes between two looks.
  await vi.waitFor(async () => expect((await trip(tripId)).offers.length).toBeGreaterThan(0), SOON);
  return { tripId, driverId };
}

const trip = async (tripId: TripId) => (await tripStore.trips.find(tripId)) as StoredTrip;

it('TRIP-13: an offer past its window is ended by its timer or the tick, whichever is first, once', async () => {
  const claims = createDriverClaims({ state: harness.state, region: REGION, clock: systemClock });
  // Marked before there is an offer: afterwards its window may be over.
  const [seen, unseen] = await Promise.all([
    offered('seen', { beforeRequest: (driverId, offerId) => claims.markSeen(driverId, offerId) }),
    offered('unseen'),
  ]);
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
