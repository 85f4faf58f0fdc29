import type { DriverId, Point, RiderId, TripId } from '@rideline/contract';
import {
  endedAt,
  endReason,
  isFareReviewOpen,
  offerIdOf,
  openOffers,
  type TripCore,
  type TripOffer,
} from '@rideline/fleet/trips/trip';
import { type DueTimes, dueAt, dueStep } from '@rideline/fleet/trips/trip-due';
import { TRIP_RULES } from '@rideline/fleet/trips/trip-rules';
import { lastHeardAt, SILENCE_TIMES, silenceCheckMs, silenceStep } from '@rideline/fleet/trips/trip-silence';
import { next, type TripTransition } from '@rideline/fleet/trips/trip-transition';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const SEED = 20_261_130;
const RUNS = { seed: SEED, numRuns: 2000 };
const TRIP = '0198c0de-0000-7000-8000-000000000002' as TripId;
const TIMES: DueTimes = { searchBudgetMs: 120_000, silence: SILENCE_TIMES };
const CHECK_MS = silenceCheckMs(SILENCE_TIMES);
const place: Point = { lat: 1, lng: 2 };

const scheduled = (pickupAt: number): TripCore => ({
  state: { name: 'scheduled', pickupAt },
  riderId: 'r' as RiderId,
  open: false,
  offers: [],
  stops: [place],
  reallocations: 0,
});

const newOffer = (trip: TripCore, at: number, driverId: string, slot: TripOffer['slot']): TripOffer => ({
  offerId: offerIdOf(TRIP, trip.offers.length + 1),
  driverId: driverId as DriverId,
  attempt: trip.offers.length + 1,
  slot,
  state: 'open',
  offeredAt: at,
  expiresAt: at + TRIP_RULES.offerWindowMs,
  etaSeconds: 60,
  distanceMetres: 300,
});

const DRIVER_ACTIONS = ['start', 'pause', 'resume', 'stop_reached', 'complete', 'driver_cancel'] as const;
const ACTS = [
  'release',
  'offer',
  'offer queued',
  'accept',
  'decline',
  'promote',
  'arrive',
  'reassign',
  'silence',
  'heard',
  ...DRIVER_ACTIONS,
] as const;
type Act = (typeof ACTS)[number];

function transitionOf(act: Act, trip: TripCore, at: number, who: string): TripTransition | null {
  const driverId = trip.driverId ?? (who as DriverId);
  const open = openOffers(trip)[0];
  switch (act) {
    case 'release':
      return { type: 'release', at };
    case 'offer':
    case 'offer queued':
      return { type: 'offer', at, offer: newOffer(trip, at, who, act === 'offer' ? 'active' : 'queued') };
    case 'accept':
    case 'decline':
      return open ? { type: act, at, offerId: open.offerId, driverId: open.driverId } : null;
    case 'promote':
      return { type: 'promote', at };
    case 'arrive':
      return { type: 'arrive', at, driverId, metresFromPickup: null };
    case 'reassign':
      return { type: 'reassign', at, by: 'operator', reason: 'x' };
    case 'silence':
      return { type: 'driver_silent', at, times: SILENCE_TIMES };
    case 'heard':
      return { type: 'driver_heard', at, heardAt: at };
    default:
      return { type: act, at, driverId };
  }
}

function apply(trip: TripCore, transition: TripTransition | null): TripCore {
  if (transition === null) return trip;
  const step = next(trip, transition);
  return step.outcome === 'changed' ? step.trip : trip;
}

/** Any trip that actors and time can lead to, with the time at which it is there. */
const anyTrip = fc
  .array(
    fc.tuple(
      fc.constantFrom(...ACTS),
      fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 1_000_000 })),
    ),
    { minLength: 1, maxLength: 30 },
  )
  .map((acts) => {
    let at = 1_000_000;
    let trip = scheduled(at + TRIP_RULES.scheduledLeadMs);
    for (const [act, who, passed] of acts) {
      at += passed;
      trip = apply(trip, transitionOf(act, trip, at, who));
    }
    return { trip, at };
  });

/** What is done at `at` by time alone, with every driver silent and no other ride in the way. */
function settle(trip: TripCore, at: number): TripCore {
  switch (dueStep(trip, at, TIMES)) {
    case null:
      return trip;
    case 'release':
      return apply(trip, { type: 'release', at });
    case 'give_up':
      return apply(trip, { type: 'give_up', at, budgetMs: TIMES.searchBudgetMs });
    case 'expire':
      return openOffers(trip).reduce(
        (now, { offerId }) => apply(now, { type: 'expire', at, offerId, delivered: false }),
        trip,
      );
    case 'promote':
      return apply(trip, { type: 'promote', at });
    case 'check_driver':
      return apply(trip, { type: 'driver_silent', at, times: SILENCE_TIMES });
  }
}

it('TRIP-55: every state that is not final has a due time, and no final one has', () => {
  fc.assert(
    fc.property(anyTrip, ({ trip }) => {
      const due = dueAt(trip, TIMES);
      if (endedAt(trip.state) === null) expect(Number.isFinite(due)).toBe(true);
      else expect(due).toBeNull();
    }),
    RUNS,
  );
});

it('TRIP-55: with all phones silent every trip ends by time alone, within hours', () => {
  fc.assert(
    fc.property(anyTrip, ({ trip: reached, at: from }) => {
      let trip = reached;
      let at = from;
      for (let steps = 0; steps < 400 && endedAt(trip.state) === null; steps += 1) {
        at = Math.max(at + CHECK_MS, dueAt(trip, TIMES) ?? 0);
        trip = settle(trip, at);
      }
      expect(endedAt(trip.state)).not.toBeNull();
      expect(at - from).toBeLessThan(4 * 3_600_000);
    }),
    RUNS,
  );
});

it('TRIP-56: from every state rider, driver and operator have a way out; of a ride whose driver is silent the rider has one after ten minutes', () => {
  fc.assert(
    fc.property(anyTrip, ({ trip, at }) => {
      if (endedAt(trip.state) !== null) return;
      const cancelBy = (by: 'rider' | 'operator', of: TripCore, now: number) =>
        next(of, { type: 'cancel', at: now, by, reason: null });
      expect(cancelBy('operator', trip, at)).toMatchObject({
        outcome: 'changed',
        trip: { state: { name: 'cancelled' } },
      });
      const { driverId } = trip;
      if (driverId !== undefined) {
        const outs = (['driver_cancel', 'complete'] as const).map((type) =>
          next(trip, { type, at, driverId }),
        );
        expect(outs.some(({ outcome }) => outcome === 'changed')).toBe(true);
      }
      for (const { offerId, driverId: offeredTo } of openOffers(trip)) {
        expect(next(trip, { type: 'decline', at, offerId, driverId: offeredTo }).outcome).toBe('changed');
      }
      let silent = trip;
      let now = at;
      const latest = Math.max(at, lastHeardAt(trip) ?? 0) + SILENCE_TIMES.riderEndsMs + CHECK_MS;
      while (cancelBy('rider', silent, now).outcome !== 'changed') {
        now += CHECK_MS;
        expect(now).toBeLessThanOrEqual(latest + CHECK_MS);
        silent = settle(silent, now);
        if (endedAt(silent.state) !== null) return;
      }
    }),
    RUNS,
  );
});

it('TRIP-57: no step of a silence comes before its time, and each only a minute after the one before', () => {
  fc.assert(
    fc.property(anyTrip, fc.integer({ min: 0, max: 10_000_000 }), ({ trip, at }, passed) => {
      const heardAt = lastHeardAt(trip);
      const now = at + passed;
      const step = silenceStep(trip, now, SILENCE_TIMES);
      if (heardAt === null) {
        expect(step).toBeNull();
        return;
      }
      if (step === null) return;
      expect(now - heardAt).toBeGreaterThanOrEqual(SILENCE_TIMES.silentMs);
      if (trip.silence) expect(now - trip.silence.steppedAt).toBeGreaterThanOrEqual(CHECK_MS);
    }),
    RUNS,
  );
});

/** A ride in progress since 0 whose driver was heard last then. */
const ride: TripCore = {
  ...scheduled(0),
  state: { name: 'in_progress', startedAt: 0, stopsDone: 0 },
  open: true,
  driverId: 'a' as DriverId,
  slot: 'active',
  offers: [{ ...newOffer(scheduled(0), 0, 'a', 'active'), state: 'accepted', endedAt: 0 }],
};
const silentAt = (trip: TripCore, at: number) =>
  next(trip, { type: 'driver_silent', at, times: SILENCE_TIMES });
const changed = (step: ReturnType<typeof next>): TripCore => {
  if (step.outcome !== 'changed') throw new Error(JSON.stringify(step));
  return step.trip;
};

it('TRIP-57: a silent ride is raised to operators after 3 min, its rider may end it after 10 min, and after 2 h it ends, its fare to be reviewed', () => {
  expect(silentAt(ride, SILENCE_TIMES.silentMs - 1)).toMatchObject({ outcome: 'refused' });
  const rider = { type: 'cancel', by: 'rider', reason: null } as const;
  const raised = changed(silentAt(ride, SILENCE_TIMES.silentMs));
  expect(raised.silence).toEqual({ since: 0, steppedAt: SILENCE_TIMES.silentMs, riderMayEnd: false });
  expect(next(raised, { ...rider, at: SILENCE_TIMES.riderEndsMs - 1 })).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
  });
  const free = changed(silentAt(raised, SILENCE_TIMES.riderEndsMs));
  expect(next(free, { ...rider, at: SILENCE_TIMES.riderEndsMs })).toMatchObject({
    outcome: 'changed',
    event: { type: 'cancelled', actor: 'rider', data: { reason: 'driver_silent' } },
    trip: {
      open: false,
      state: { name: 'cancelled', by: 'rider', review: { reason: 'driver_silent', heardAt: 0 } },
    },
  });
  expect(silentAt(free, SILENCE_TIMES.endsMs - 1)).toMatchObject({ outcome: 'refused' });
  expect(silentAt(free, SILENCE_TIMES.endsMs)).toMatchObject({
    event: { type: 'completed', actor: 'system', data: { reason: 'driver_silent' } },
    trip: { open: false, state: { name: 'completed', review: { reason: 'driver_silent', heardAt: 0 } } },
  });
  expect(changed(silentAt(free, SILENCE_TIMES.endsMs)).silence).toBeUndefined();
});

it('TRIP-70: the fare of a ride that its rider or time has ended is reviewed once; a ride that its driver completed has no review', () => {
  const free = changed(silentAt(changed(silentAt(ride, SILENCE_TIMES.silentMs)), SILENCE_TIMES.riderEndsMs));
  const byRider = { type: 'cancel', by: 'rider', reason: null, at: SILENCE_TIMES.riderEndsMs } as const;
  const at = SILENCE_TIMES.endsMs + 1;
  for (const ended of [changed(next(free, byRider)), changed(silentAt(free, SILENCE_TIMES.endsMs))]) {
    expect(isFareReviewOpen(ended.state)).toBe(true);
    const step = next(ended, { type: 'review_fare', at });
    expect(step).toMatchObject({
      event: { type: 'fare_reviewed', actor: 'operator', data: {} },
      trip: {
        open: false,
        state: { name: ended.state.name, startedAt: 0, review: { heardAt: 0, resolvedAt: at } },
      },
    });
    const reviewed = changed(step);
    expect(isFareReviewOpen(reviewed.state)).toBe(false);
    expect(endReason(reviewed.state)).toBe('driver_silent');
    expect(next(reviewed, { type: 'review_fare', at: at + 1 })).toEqual({ outcome: 'repeated' });
  }
  const completed: TripCore = {
    ...ride,
    open: false,
    state: { name: 'completed', startedAt: 0, completedAt: 9 },
  };
  for (const trip of [ride, completed])
    expect(next(trip, { type: 'review_fare', at })).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

it('TRIP-57: after an outage in which nobody was heard a ride does not end at once: its steps follow one another', () => {
  const dayMs = 86_400_000;
  const raised = changed(silentAt(ride, dayMs));
  expect(raised.silence?.riderMayEnd).toBe(false);
  const wait = SILENCE_TIMES.riderEndsMs - SILENCE_TIMES.silentMs;
  expect(silentAt(raised, dayMs + wait - 1)).toMatchObject({ outcome: 'refused' });
  const free = changed(silentAt(raised, dayMs + wait));
  expect(free.silence?.riderMayEnd).toBe(true);
});

it('TRIP-58: a driver who comes back clears the silence, by a fix or a command; what the rider has ended stays ended', () => {
  const raised = changed(silentAt(ride, SILENCE_TIMES.silentMs));
  const at = SILENCE_TIMES.silentMs + 1000;
  const heard = changed(next(raised, { type: 'driver_heard', at, heardAt: at }));
  expect([heard.silence, heard.heardAt, heard.state]).toEqual([undefined, at, ride.state]);
  expect(silentAt(heard, at + SILENCE_TIMES.silentMs - 1)).toMatchObject({ outcome: 'refused' });
  const paused = changed(next(raised, { type: 'pause', at, receivedAt: at, driverId: 'a' as DriverId }));
  expect([paused.silence, paused.heardAt]).toEqual([undefined, at]);
  const free = changed(silentAt(raised, SILENCE_TIMES.riderEndsMs));
  const ended = changed(
    next(free, { type: 'cancel', at: SILENCE_TIMES.riderEndsMs, by: 'rider', reason: null }),
  );
  expect(
    next(ended, { type: 'complete', at: SILENCE_TIMES.endsMs, driverId: 'a' as DriverId }),
  ).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
  });
  expect(next(free, { type: 'complete', at: SILENCE_TIMES.endsMs, driverId: 'a' as DriverId })).toMatchObject(
    {
      trip: { state: { name: 'completed' } },
    },
  );
});

it('TRIP-57: before the ride a silent driver is raised after 3 min and the trip is searched again after 5 min, without them', () => {
  for (const state of [
    { name: 'accepted', acceptedAt: 0 },
    { name: 'arrived', acceptedAt: 0, arrivedAt: 0, reportedAt: 0 },
  ] as const) {
    const raised = changed(silentAt({ ...ride, state }, SILENCE_TIMES.silentMs));
    expect(silentAt(raised, SILENCE_TIMES.reassignMs - 1)).toMatchObject({ outcome: 'refused' });
    const searching = silentAt(raised, SILENCE_TIMES.reassignMs);
    expect(searching).toMatchObject({
      event: { type: 'reassigned', actor: 'system', data: { reason: 'driver_silent' } },
      trip: { state: { name: 'searching' } },
    });
    expect(changed(searching).driverId).toBeUndefined();
  }
});
