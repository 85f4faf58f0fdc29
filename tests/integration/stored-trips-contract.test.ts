import { randomUUID } from 'node:crypto';
import {
  type CommandId,
  type DriverAction,
  type DriverId,
  LIMITS,
  type OfferId,
  type RiderId,
  type TripId,
  tripRequestSchema,
} from '@rideline/contract';
import { createDriverClaims, type DriverClaims } from '@rideline/fleet/live/driver-claims';
import { driver } from '@rideline/fleet/redis/redis-keys';
import { mongoStoredTrips } from '@rideline/fleet/trips/stored-trips';
import { offerIdOf } from '@rideline/fleet/trips/trip';
import { type StoredTrip, TRIP_COMMANDS_KEPT } from '@rideline/fleet/trips/trip-collection';
import {
  answerOffer,
  cancelByRider,
  commandByDriver,
  offerTrip,
  promoteQueued,
} from '@rideline/fleet/trips/trip-commands';
import { requestTrip } from '@rideline/fleet/trips/trip-request';
import { TRIP_RULES } from '@rideline/fleet/trips/trip-rules';
import { SILENCE_TIMES } from '@rideline/fleet/trips/trip-silence';
import { applyToTrip, SlotTaken, type TripStore } from '@rideline/fleet/trips/trip-store';
import { systemClock } from '@rideline/platform/process/clock';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { REGION } from '../harness/test-process.ts';
import { ModelDriverClaims } from '../simulator/model-driver-claims.ts';
import { ModelStoredTrips } from '../simulator/model-stored-trips.ts';

interface Subject {
  readonly tripStore: TripStore;
  readonly claims: DriverClaims;
  setDriver(driverId: DriverId, field: 'status' | 'trip', value: string): Promise<void>;
}

let harness: WorkersHarness;
beforeAll(async () => {
  harness = await startWorkersHarness({ workers: 0 });
});
afterAll(() => harness.stop());

const settings = {
  region: REGION,
  clock: systemClock,
  searchBudgetMs: 120_000,
  silence: SILENCE_TIMES,
  requestTerms: async () => ({ closedTiers: [], currency: 'USD' }),
  hint: async () => undefined,
};
const SUBJECTS: Readonly<Record<string, () => Subject>> = {
  'Mongo and Redis': () => ({
    tripStore: { ...settings, trips: mongoStoredTrips(harness.db, REGION) },
    claims: createDriverClaims({ state: harness.state, region: REGION, clock: systemClock }),
    async setDriver(driverId, field, value) {
      await harness.state.hset(driver(REGION, driverId), field, value);
    },
  }),
  'the models of the simulator': () => {
    const claims = new ModelDriverClaims(Date.now);
    return {
      tripStore: { ...settings, trips: new ModelStoredTrips() },
      claims,
      async setDriver(driverId, field, value) {
        claims.of(driverId)[field] = value as never;
      },
    };
  },
};

const name = (what: string) => `${what}-${randomUUID().slice(0, 8)}`;
const command = () => randomUUID() as string as CommandId;

describe.each(Object.keys(SUBJECTS))('the contract of trip store and claims, %s', (which) => {
  let subject: Subject;
  beforeAll(() => {
    subject = (SUBJECTS[which] as () => Subject)();
  });

  async function asked(rider = name('rider')): Promise<TripId> {
    const wish = { tripId: randomUUID(), pickup: { lat: 1, lng: 2 }, dropoff: { lat: 1, lng: 3 } };
    await requestTrip(subject.tripStore, rider as RiderId, tripRequestSchema.parse(wish));
    return wish.tripId as string as TripId;
  }

  async function offered(
    tripId: TripId,
    driverId: string,
    slot: 'active' | 'queued' = 'active',
  ): Promise<OfferId> {
    const now = Date.now();
    const made = await offerTrip(subject.tripStore, tripId, (trip) => ({
      offerId: offerIdOf(tripId, trip.offers.length + 1),
      driverId: driverId as DriverId,
      attempt: trip.offers.length + 1,
      slot,
      state: 'open',
      offeredAt: now,
      expiresAt: now + 15_000,
      etaSeconds: 1,
      distanceMetres: 1,
    }));
    return made?.trip.offers.at(-1)?.offerId as OfferId;
  }

  const accept = (driverId: string, offerId: OfferId, commandId = command()) =>
    answerOffer(subject.tripStore, driverId as DriverId, { commandId, offerId, accept: true });
  const find = async (tripId: TripId) => (await subject.tripStore.trips.find(tripId)) as StoredTrip;

  it('TRIP-11: of twenty simultaneous requests with one id one trip is created; the rider has one open trip', async () => {
    const rider = name('rider') as RiderId;
    const wish = { tripId: randomUUID(), pickup: { lat: 1, lng: 2 }, dropoff: { lat: 1, lng: 3 } };
    const request = tripRequestSchema.parse(wish);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => requestTrip(subject.tripStore, rider, request)),
    );
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(answers.map(({ status }) => JSON.stringify(status))).size).toBe(1);
    const changed = { ...request, pickup: { lat: 5, lng: 5 } };
    await expect(requestTrip(subject.tripStore, rider, changed)).rejects.toMatchObject({
      code: 'KEY_REUSED',
    });
    await expect(asked(rider)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('TRIP-42: of forty simultaneous requests for later a rider gets as many scheduled trips as they may have; a repeat is no further one', async () => {
    const rider = name('rider') as RiderId;
    const request = (tripId: string) =>
      requestTrip(
        subject.tripStore,
        rider,
        tripRequestSchema.parse({
          tripId,
          pickup: { lat: 1, lng: 2 },
          dropoff: { lat: 1, lng: 3 },
          scheduledAt,
        }),
      );
    const scheduledAt = Date.now() + 86_400_000;
    const ids = Array.from({ length: 2 * LIMITS.scheduledTripsPerRider }, () => randomUUID());
    const answers = await Promise.allSettled(ids.map(request));
    const accepted = ids.filter((_, n) => answers[n]?.status === 'fulfilled');
    expect(accepted).toHaveLength(LIMITS.scheduledTripsPerRider);
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'CONFLICT' });
    }
    expect(await request(accepted[0] as string)).toMatchObject({ created: false });
    await cancelByRider(subject.tripStore, rider, {
      tripId: accepted[0] as string as TripId,
      commandId: command(),
      reason: null,
    });
    expect(await request(randomUUID())).toMatchObject({ created: true });
    await expect(request(randomUUID())).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('TRIP-51: a rider who requests and cancels in a loop is refused after some rounds; a repeat of an accepted request is not', async () => {
    const rider = name('rider') as RiderId;
    const ids: TripId[] = [];
    for (let n = 0; n < LIMITS.cancelledRequests; n += 1) {
      const tripId = await asked(rider);
      await cancelByRider(subject.tripStore, rider, { tripId, commandId: command(), reason: null });
      ids.push(tripId);
    }
    await expect(asked(rider)).rejects.toMatchObject({ code: 'SCALE_003', retryAfterMs: 60_000 });
    const wish = { tripId: ids[0] as string, pickup: { lat: 1, lng: 2 }, dropoff: { lat: 1, lng: 3 } };
    const again = await requestTrip(subject.tripStore, rider, tripRequestSchema.parse(wish));
    expect(again).toMatchObject({ created: false, status: { state: 'cancelled' } });
  });

  it('TRIP-54: an arrival of long ago, as the phone says, does not shorten the wait before a no-show', async () => {
    const driverId = name('driver') as DriverId;
    const start = Date.now();
    let now = start;
    const clock = { wallMs: () => now, domainMs: () => now, rate: 1 };
    const tripStore = { ...subject.tripStore, clock };
    const tripId = await asked();
    await accept(driverId, await offered(tripId, driverId));
    const say = (action: DriverAction, at: number) =>
      commandByDriver(tripStore, driverId, { commandId: command(), tripId, action, at }, () => null);
    now = start + 2 * TRIP_RULES.noShowAfterMs;
    await say('arrived', start);
    await expect(say('no_show', now)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
    now += TRIP_RULES.noShowAfterMs;
    expect(await say('no_show', now)).toMatchObject({ state: 'no_show' });
  });

  it('TRIP-52: a trip is paused a bounded number of times, and keeps every event', async () => {
    const driverId = name('driver') as DriverId;
    const tripId = await asked();
    await accept(driverId, await offered(tripId, driverId));
    const say = (action: DriverAction) =>
      commandByDriver(
        subject.tripStore,
        driverId,
        { commandId: command(), tripId, action, at: 0 },
        () => null,
      );
    await say('arrived');
    await say('start');
    for (let n = 0; n < TRIP_RULES.mostPauses; n += 1) {
      await say('pause');
      await say('resume');
    }
    await expect(say('pause')).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
    await say('complete');
    const { events } = await find(tripId);
    expect(events[0]).toMatchObject({ version: 1, type: 'requested' });
    expect(events.at(-1)).toMatchObject({ type: 'completed' });
  });

  it('TRIP-3: of ten trips that one driver accepts at once they get one; each of their slots holds one', async () => {
    const driverId = name('driver');
    const offers = await Promise.all(
      Array.from({ length: 10 }, async () => offered(await asked(), driverId)),
    );
    const answers = await Promise.allSettled(offers.map((offerId) => accept(driverId, offerId)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'CONFLICT' });
    }
    const next = await Promise.all(
      Array.from({ length: 5 }, async () => offered(await asked(), driverId, 'queued')),
    );
    const queued = await Promise.allSettled(next.map((offerId) => accept(driverId, offerId)));
    expect(queued.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('TRIP-12: of a simultaneous acceptance, cancellation and expiry one wins, whichever it is (40 times)', async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < 40; round += 1) {
      const rider = name('rider');
      const driverId = name('driver');
      const tripId = await asked(rider);
      const offerId = await offered(tripId, driverId);
      const cancel = () =>
        cancelByRider(subject.tripStore, rider as RiderId, { tripId, commandId: command(), reason: null });
      const both =
        round % 2 === 0 ? [accept(driverId, offerId), cancel()] : [cancel(), accept(driverId, offerId)];
      await Promise.allSettled(both);
      const trip = await find(tripId);
      // A rider may also cancel a trip that was just accepted; then both have happened, one after the other.
      expect(trip.state.name).toBe('cancelled');
      outcomes.add(trip.events.map(({ type }) => type).join(' '));
      expect(trip.events.map(({ version }) => version)).toEqual(trip.events.map((_, index) => index + 1));
      expect(trip.offers.filter(({ state }) => state === 'open')).toEqual([]);
    }
    expect(outcomes.size).toBeGreaterThan(0);
  });

  it('TRIP-7: a command has one effect by its id, of ten simultaneous ones and later ones; another body is KEY_REUSED', async () => {
    const driverId = name('driver');
    const tripId = await asked();
    await accept(driverId, await offered(tripId, driverId));
    const say = (action: 'arrived' | 'start' | 'pause' | 'resume', commandId: CommandId) =>
      commandByDriver(
        subject.tripStore,
        driverId as DriverId,
        { commandId, tripId, action, at: 0 },
        () => null,
      );
    const id = command();
    const answers = await Promise.all(Array.from({ length: 10 }, () => say('arrived', id)));
    expect(new Set(answers.map(({ version }) => version)).size).toBe(1);
    await say('start', command());
    expect(await say('arrived', id)).toEqual(answers[0]);
    await expect(say('start', id)).rejects.toMatchObject({ code: 'KEY_REUSED' });
    for (let n = 0; n < TRIP_COMMANDS_KEPT; n += 1) await say(n % 2 === 0 ? 'pause' : 'resume', command());
    expect((await find(tripId)).commandIds).toHaveLength(TRIP_COMMANDS_KEPT);
  });

  it('MATCH-40: a write of an old version is refused, and leaves nothing; a reader has its own copy', async () => {
    const tripId = await asked();
    const old = await find(tripId);
    await cancelByRider(subject.tripStore, old.riderId, { tripId, commandId: command(), reason: null });
    const written = await subject.tripStore.trips.compareAndSet(old, {
      trip: { ...old, state: { name: 'failed', reason: 'x', endedAt: 1 }, open: false },
      event: { ...(old.events[0] as never as StoredTrip['events'][0]), version: 2, type: 'failed' },
      nextCheckAt: new Date(),
    });
    expect(written).toBe('conflict');
    expect(await find(tripId)).toMatchObject({ version: 2, state: { name: 'cancelled' } });
    (old.events as unknown[]).length = 0;
    expect((await find(tripId)).events).toHaveLength(2);
  });

  it('TRIP-14: the promised trip becomes the ride when there is none, once, of five simultaneous tries', async () => {
    const driverId = name('driver') as DriverId;
    const [first, second] = [await asked(), await asked()];
    await accept(driverId, await offered(first, driverId));
    await accept(driverId, await offered(second, driverId, 'queued'));
    expect(await promoteQueued(subject.tripStore, driverId)).toBe(false);
    for (const action of ['arrived', 'start', 'complete'] as const)
      await commandByDriver(
        subject.tripStore,
        driverId,
        { commandId: command(), tripId: first, action, at: 0 },
        () => null,
      );
    const tries = await Promise.all(
      Array.from({ length: 5 }, () => promoteQueued(subject.tripStore, driverId)),
    );
    expect(tries.filter(Boolean)).toHaveLength(1);
    expect(await find(second)).toMatchObject({ slot: 'active', state: { name: 'accepted' } });
    expect((await find(second)).events.filter(({ type }) => type === 'promoted')).toHaveLength(1);
  });

  it('MATCH-40: a taken slot is reported as taken, whoever holds it', async () => {
    const driverId = name('driver') as DriverId;
    const [first, second] = [await asked(), await asked()];
    await accept(driverId, await offered(first, driverId));
    const offerId = await offered(second, driverId);
    const taking = applyToTrip(subject.tripStore, second, () => ({
      type: 'accept',
      at: Date.now(),
      offerId,
      driverId,
    }));
    await expect(taking).rejects.toBeInstanceOf(SlotTaken);
    await expect(taking).rejects.toMatchObject({ refusal: 'driver_busy' });
    expect(await subject.tripStore.trips.openTripOf(driverId, 'active')).toMatchObject({ _id: first });
    expect(await subject.tripStore.trips.openTripOf(driverId, 'queued')).toBeNull();
  });

  it("MATCH-40: a claim has one winner, is released by its holder only, ends with its lease, and respects the driver's status", async () => {
    const { claims, setDriver } = subject;
    const driverId = name('driver') as DriverId;
    const offer = (n: number) => `${name('t')}_${n}` as OfferId;
    const many = Array.from({ length: 20 }, (_, n) => offer(n));
    const claim = async (offerId: OfferId, leaseMs = 60_000, queued = false) =>
      (await claims.claim(driverId, { offerId, riderId: 'r' as RiderId, leaseMs, queued })).outcome ===
      'granted';
    const won = await Promise.all(many.map((offerId) => claim(offerId)));
    expect(won.filter(Boolean)).toHaveLength(1);
    const winner = many[won.indexOf(true)] as OfferId;
    expect(await claim(winner)).toBe(true);
    await claims.release(driverId, offer(99), false);
    expect(await claim(offer(98))).toBe(false);
    await claims.release(driverId, winner, false);
    expect(await claim(offer(97), 30)).toBe(true);
    await vi.waitFor(async () => expect(await claim(many[0] as OfferId, 1)).toBe(true), { timeout: 20_000 });
    await setDriver(driverId, 'trip', 'on-a-trip');
    await vi.waitFor(async () => expect(await claim(offer(96), 1, true)).toBe(true), { timeout: 20_000 });
    expect(await claim(offer(95))).toBe(false);
    await setDriver(driverId, 'status', 'offline');
    expect(await claim(offer(94), 1, true)).toBe(false);
    await claims.markSeen(driverId, winner);
    expect([await claims.wasSeen(driverId, winner), await claims.wasSeen(driverId, offer(1))]).toEqual([
      true,
      false,
    ]);
  });

  it('MATCH-44: a driver is not claimed after ten offers in vain within a minute, whoever the riders are; accepted offers do not count', async () => {
    const { claims } = subject;
    const driverId = name('driver') as DriverId;
    const offerOf = (n: number) => `${name('t')}_${n}` as OfferId;
    const claim = (offerId: OfferId) =>
      claims.claim(driverId, { offerId, riderId: name('r') as RiderId, leaseMs: 60_000, queued: false });
    const end = async (isUnaccepted: boolean) => {
      const offerId = offerOf(1);
      expect(await claim(offerId)).toEqual({ outcome: 'granted' });
      // Effects are delivered at least once: a repeat counts no second time.
      await claims.release(driverId, offerId, isUnaccepted);
      await claims.release(driverId, offerId, isUnaccepted);
    };
    for (let n = 0; n < 2 * LIMITS.unacceptedOffers; n += 1) await end(false);
    for (let n = 0; n < LIMITS.unacceptedOffers; n += 1) await end(true);
    const refused = await claim(offerOf(2));
    expect(refused).toMatchObject({ outcome: 'offer_limit' });
    const { waitMs } = refused as Extract<typeof refused, { waitMs: number }>;
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(LIMITS.unacceptedOffersWindowMs);
  });

  it('MATCH-45: after a cool-down began, the driver is claimed for other riders only', async () => {
    const { claims } = subject;
    const driverId = name('driver') as DriverId;
    const claim = async (riderId: string) => {
      const offerId = `${name('t')}_1` as OfferId;
      const result = await claims.claim(driverId, {
        offerId,
        riderId: riderId as RiderId,
        leaseMs: 60_000,
        queued: false,
      });
      await claims.release(driverId, offerId, false);
      return result;
    };
    await claims.coolDown(driverId, 'cancels' as RiderId);
    const refused = await claim('cancels');
    expect(refused).toMatchObject({ outcome: 'cooling_down' });
    const { waitMs } = refused as Extract<typeof refused, { waitMs: number }>;
    expect(waitMs).toBeGreaterThan(LIMITS.pairCoolDownMs - 30_000);
    expect(waitMs).toBeLessThanOrEqual(LIMITS.pairCoolDownMs);
    expect(await claim('other')).toEqual({ outcome: 'granted' });
  });
});
