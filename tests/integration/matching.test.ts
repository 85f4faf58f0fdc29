import { randomUUID } from 'node:crypto';
import {
  type CommandId,
  type DriverAction,
  type DriverId,
  type RiderId,
  type TripId,
  tripRequestSchema,
} from '@rideline/contract';
import { candidateCollection } from '@rideline/fleet/matching/candidate-collection';
import { readCandidates } from '@rideline/fleet/matching/candidate-store';
import { driver, lease } from '@rideline/fleet/redis/redis-keys';
import { openOffers } from '@rideline/fleet/trips/trip';
import { type StoredTrip, tripCollection } from '@rideline/fleet/trips/trip-collection';
import { answerOffer, cancelByRider, commandByDriver } from '@rideline/fleet/trips/trip-commands';
import { requestTrip } from '@rideline/fleet/trips/trip-request';
import { TRIP_RULES } from '@rideline/fleet/trips/trip-rules';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { REGION } from '../harness/test-process.ts';
import { placeFreeDrivers } from '../harness/trips/free-drivers.ts';
import { tripStoreOf } from '../harness/trips/trip-store-setup.ts';

const SOON = { timeout: 60_000, interval: 50 };
const PICKUP = { lat: 37.77, lng: -122.41 };
const DROPOFF = { lat: 37.79, lng: -122.42 };
/** About 111 m to the north each. */
const north = (steps: number) => ({ lat: PICKUP.lat + steps * 0.001, lng: PICKUP.lng });

let harness: WorkersHarness;
let tripStore: TripStore;
let count = 0;

beforeAll(async () => {
  harness = await startWorkersHarness({
    env: {
      RIDELINE_ROLES: 'matching,relay,sweepers',
      RIDELINE_SEARCH_BUDGET_MS: '6000',
      RIDELINE_MATCH_TICK_MS: '100',
    },
  });
  tripStore = tripStoreOf(harness, { searchBudgetMs: 6000 });
});
afterAll(() => harness.stop());
beforeEach(async () => {
  count += 1;
  await harness.db.collection(tripCollection).deleteMany({});
  await harness.state.flushall();
});

const id = (name: string) => `${name}-${count}` as DriverId;

async function request(riderId: string, pickup = PICKUP): Promise<TripId> {
  const tripId = randomUUID();
  const parsed = tripRequestSchema.parse({ tripId, pickup, dropoff: DROPOFF });
  await requestTrip(tripStore, riderId as RiderId, parsed);
  return tripId as TripId;
}

async function trip(tripId: TripId): Promise<StoredTrip> {
  return (await tripStore.trips.find(tripId)) as StoredTrip;
}

/** The open offer of a trip, once there is one. */
async function offered(tripId: TripId, attempt?: number) {
  return vi.waitFor(async () => {
    const offer = openOffers(await trip(tripId)).at(-1);
    if (!offer || (attempt !== undefined && offer.attempt !== attempt)) throw new Error('no offer yet');
    return offer;
  }, SOON);
}

function answer(driverId: DriverId, offerId: string, accept: boolean) {
  return answerOffer(tripStore, driverId, {
    commandId: randomUUID() as CommandId,
    offerId: offerId as never,
    accept,
  });
}

function command(driverId: DriverId, tripId: TripId, action: DriverAction) {
  const at = Date.now();
  return commandByDriver(
    tripStore,
    driverId,
    { commandId: randomUUID() as CommandId, tripId, action, at },
    () => 10,
  );
}

it('MATCH-1: the nearest free driver is offered the trip, accepts it, and is on it from then on', async () => {
  await placeFreeDrivers(harness.state, [
    { driverId: id('far'), ...north(9) },
    { driverId: id('near'), ...north(1) },
    { driverId: id('busy'), ...north(0), status: 'busy' },
  ]);
  const tripId = await request('rider-1');
  const offer = await offered(tripId);
  expect(offer).toMatchObject({ driverId: id('near'), attempt: 1, slot: 'active' });
  expect(await harness.state.hget(driver(REGION, id('near')), 'claimOffer')).toBe(offer.offerId);
  expect(await answer(id('near'), offer.offerId, true)).toMatchObject({ state: 'accepted' });
  await vi.waitFor(async () => {
    expect(await harness.state.hmget(driver(REGION, id('near')), 'trip', 'claimOffer')).toEqual([
      tripId,
      null,
    ]);
  }, SOON);
});

it('MATCH-34: a driver who cannot be claimed, and is shown as available, does not keep the trip from the free driver behind', async () => {
  await placeFreeDrivers(harness.state, [
    { driverId: id('claimed'), ...north(1) },
    { driverId: id('riding'), ...north(2) },
    { driverId: id('free'), ...north(6) },
  ]);
  // By another tier, for longer than the search lasts.
  const claim = { claimOffer: 'other-tier_1', claimUntil: String(Date.now() + 60_000) };
  await harness.state.hset(driver(REGION, id('claimed')), claim);
  await harness.state.hset(driver(REGION, id('riding')), 'trip', 'another');
  const tripId = await request('rider-34');
  expect(await offered(tripId)).toMatchObject({ driverId: id('free'), attempt: 1 });
  // The claim is over: the next trip goes to the nearest again.
  await harness.state.hdel(driver(REGION, id('claimed')), 'claimOffer', 'claimUntil');
  expect(await offered(await request('rider-35'))).toMatchObject({ driverId: id('claimed') });
});

it('MATCH-2: a declined trip goes to the next driver, and no driver is offered it twice', async () => {
  await placeFreeDrivers(harness.state, [
    { driverId: id('first'), ...north(1) },
    { driverId: id('second'), ...north(2) },
  ]);
  const tripId = await request('rider-2');
  const first = await offered(tripId);
  await answer(id('first'), first.offerId, false);
  const second = await offered(tripId, 2);
  expect([first.driverId, second.driverId]).toEqual([id('first'), id('second')]);
  await answer(id('second'), second.offerId, false);
  // The search budget of this test is six seconds; no driver is left.
  await vi.waitFor(async () => expect((await trip(tripId)).state.name).toBe('no_drivers'), SOON);
  expect((await trip(tripId)).offers).toHaveLength(2);
});

it('MATCH-3: with no driver near, the trip waits until its budget is used up, then ends as no_drivers; a driver who becomes available before that gets it', async () => {
  const [lost, won] = await Promise.all([request('rider-3', { lat: 38.5, lng: -121 }), request('rider-4')]);
  expect((await trip(lost)).state.name).toBe('searching');
  await placeFreeDrivers(harness.state, [{ driverId: id('late'), ...north(3) }]);
  const offer = await offered(won);
  await answer(id('late'), offer.offerId, true);
  await vi.waitFor(async () => expect((await trip(lost)).state.name).toBe('no_drivers'), SOON);
  expect((await trip(won)).state.name).toBe('accepted');
});

it('MATCH-4: two trips and two drivers: each driver gets one, and the sum of the ways is the minimum', async () => {
  await placeFreeDrivers(harness.state, [
    { driverId: id('between'), ...north(2) },
    { driverId: id('beyond'), ...north(5) },
  ]);
  const south = await request('rider-5', north(0));
  const up = await request('rider-6', north(3));
  const offers = await Promise.all([offered(south), offered(up)]);
  expect(new Set(offers.map(({ driverId }) => driverId)).size).toBe(2);
  expect(offers.map(({ driverId }) => driverId)).toEqual([id('between'), id('beyond')]);
});

it('MATCH-5: every driver who was considered has one reason, and the counts add up', async () => {
  await placeFreeDrivers(harness.state, [
    { driverId: id('near'), ...north(1) },
    { driverId: id('next'), ...north(2) },
  ]);
  const tripId = await request('rider-7');
  const offer = await offered(tripId);
  await answer(offer.driverId, offer.offerId, true);
  await vi.waitFor(async () => {
    const found = await readCandidates(harness.db, REGION, tripId);
    expect(found).toMatchObject({ considered: 2, byReason: { offered: 1, lost_to_other: 1 } });
    expect(Object.values(found.byReason).reduce((sum, of) => sum + of, 0)).toBe(found.drivers.length);
  }, SOON);
});

it('MATCH-47: a trip that no driver was considered for costs MongoDB no write of reasons', async () => {
  await placeFreeDrivers(harness.state, [{ driverId: id('near'), ...north(1) }]);
  // No driver within reach, from before the other trip until after its reasons are written: both are in the same ticks and flushes.
  const alone = await request('rider-47', { lat: 36.7, lng: -121.6 });
  const tripId = await request('rider-48');
  await offered(tripId);
  const written = (of: TripId) => harness.db.collection(candidateCollection).countDocuments({ _id: of });
  await vi.waitFor(async () => expect(await written(tripId)).toBe(1), SOON);
  expect((await trip(alone)).state.name).toBe('searching');
  expect(await written(alone)).toBe(0);
  expect(await readCandidates(harness.db, REGION, alone)).toMatchObject({ considered: 0, drivers: [] });
});

it('MATCH-6: a driver near the end of a ride is offered the next one, which becomes their ride when the first ends', async () => {
  const driverId = id('ending');
  await placeFreeDrivers(harness.state, [{ driverId, ...north(1) }]);
  const first = await request('rider-8');
  await answer(driverId, (await offered(first)).offerId, true);
  for (const action of ['arrived', 'start'] as const) await command(driverId, first, action);
  await placeFreeDrivers(harness.state, [{ driverId, ...DROPOFF, status: 'busy' }]);
  const second = await request('rider-9', { lat: DROPOFF.lat + 0.001, lng: DROPOFF.lng });
  const ahead = await offered(second);
  expect(ahead).toMatchObject({ driverId, slot: 'queued' });
  await answer(driverId, ahead.offerId, true);
  expect(await trip(second)).toMatchObject({ slot: 'queued', state: { name: 'accepted' } });
  await expect(command(driverId, second, 'arrived')).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  await command(driverId, first, 'complete');
  await vi.waitFor(async () => expect(await trip(second)).toMatchObject({ slot: 'active' }), SOON);
  await vi.waitFor(
    async () => expect(await harness.state.hget(driver(REGION, driverId), 'trip')).toBe(second),
    SOON,
  );
});

it('MATCH-7: cancelling by the rider frees the driver at once; a late answer finds the offer gone', async () => {
  const driverId = id('free');
  await placeFreeDrivers(harness.state, [{ driverId, ...north(1) }]);
  const tripId = await request('rider-10');
  const offer = await offered(tripId);
  await cancelByRider(tripStore, 'rider-10' as RiderId, {
    tripId,
    commandId: 'c1' as CommandId,
    reason: null,
  });
  await expect(answer(driverId, offer.offerId, true)).rejects.toMatchObject({ code: 'GONE' });
  const next = await request('rider-11');
  expect(await offered(next)).toMatchObject({ driverId });
});

it('MATCH-8: a trip cancelled by the driver is searched for again, without that driver, and its rider is notified', async () => {
  await placeFreeDrivers(harness.state, [
    { driverId: id('quits'), ...north(1) },
    { driverId: id('takes'), ...north(2) },
  ]);
  const tripId = await request('rider-12');
  await answer(id('quits'), (await offered(tripId)).offerId, true);
  await command(id('quits'), tripId, 'cancel');
  const again = await offered(tripId, 2);
  expect(again.driverId).toBe(id('takes'));
  await answer(id('takes'), again.offerId, true);
  expect((await trip(tripId)).events.map(({ type }) => type)).toEqual([
    'requested',
    'offered',
    'accepted',
    'driver_cancelled',
    'offered',
    'accepted',
  ]);
});

it('TRIP-13: a trip requested for later is searched for when its time comes', async () => {
  await placeFreeDrivers(harness.state, [{ driverId: id('early'), ...north(1) }]);
  const tripId = randomUUID() as string as TripId;
  const scheduledAt = Date.now() + TRIP_RULES.scheduledLeadMs + 1500;
  const parsed = tripRequestSchema.parse({ tripId, pickup: PICKUP, dropoff: DROPOFF, scheduledAt });
  // Its own answer: on a busy machine the trip may be released before another read.
  const { status } = await requestTrip(tripStore, 'rider-13' as RiderId, parsed);
  expect(status).toMatchObject({ state: 'scheduled', version: 1 });
  await vi.waitFor(async () => {
    const { events } = await trip(tripId);
    expect(events.map(({ type }) => type).slice(0, 3)).toEqual(['scheduled', 'released', 'offered']);
  }, SOON);
});

it('MATCH-12: after three unsuccessful offers the trip is offered to several drivers, staggered; the first who accepts has it', async () => {
  const drivers = [1, 2, 3, 4, 5].map((step) => ({ driverId: id(`d${step}`), ...north(step) }));
  await placeFreeDrivers(harness.state, drivers);
  const tripId = await request('rider-14');
  for (const attempt of [1, 2, 3]) {
    const offer = await offered(tripId, attempt);
    await answer(offer.driverId, offer.offerId, false);
  }
  await vi.waitFor(async () => expect(openOffers(await trip(tripId))).toHaveLength(2), SOON);
  const [fourth, fifth] = openOffers(await trip(tripId));
  expect((fifth?.offeredAt ?? 0) - (fourth?.offeredAt ?? 0)).toBeGreaterThanOrEqual(
    TRIP_RULES.fanOutStaggerMs,
  );
  await answer(fifth?.driverId as DriverId, fifth?.offerId ?? '', true);
  await expect(answer(fourth?.driverId as DriverId, fourth?.offerId ?? '', true)).rejects.toMatchObject({
    code: 'GONE',
  });
  expect((await trip(tripId)).driverId).toBe(fifth?.driverId);
});

it('MATCH-9: a process that has lost its tier to another one reports no trips of it', async () => {
  const trips = (name: string) => harness.metric('workers-1', name, { tier: 'standard' });
  const both = () => Promise.all([trips('match_open_trips'), trips('match_waiting_trips')]);
  let riders = 0;
  await vi.waitFor(
    async () => {
      // Its search ends within seconds: on a busy machine the next one is looked at.
      await request(`rider-15-${riders++}`);
      expect(Math.min(...(await both()))).toBeGreaterThan(0);
    },
    { ...SOON, interval: 500 },
  );
  const key = lease(REGION, 'matching:standard');
  await harness.state.hset(key, 'holder', 'workers-2', 'until', Date.now() + 120_000);
  await vi.waitFor(async () => expect(await both()).toEqual([0, 0]), SOON);
  await harness.state.unlink(key);
});
