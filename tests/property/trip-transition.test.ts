import type { DriverId, Point, RiderId, TripId } from '@rideline/contract';
import {
  barredDrivers,
  endedAt,
  isOpen,
  offerIdOf,
  openOffers,
  type TripCore,
  type TripOffer,
  type TripState,
} from '@rideline/fleet/trips/trip';
import { TRIP_RULES } from '@rideline/fleet/trips/trip-rules';
import { SILENCE_TIMES } from '@rideline/fleet/trips/trip-silence';
import { next, type TripTransition } from '@rideline/fleet/trips/trip-transition';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const TRIP = '0198c0de-0000-7000-8000-000000000001' as TripId;
const SEED = 20_261_121;
const place: Point = { lat: 1, lng: 2 };
const driver = (name: string) => name as DriverId;

function offerTo(name: string, attempt: number, at: number, more: Partial<TripOffer> = {}): TripOffer {
  return {
    offerId: offerIdOf(TRIP, attempt),
    driverId: driver(name),
    attempt,
    slot: 'active',
    state: 'open',
    offeredAt: at,
    expiresAt: at + TRIP_RULES.offerWindowMs,
    etaSeconds: 60,
    distanceMetres: 300,
    ...more,
  };
}

/** A trip in each state, reached by ordinary transitions, with driver `d` where there is one. */
const STATES: Readonly<Record<TripState['name'], TripCore>> = (() => {
  const base: TripCore = {
    state: { name: 'searching', since: 0 },
    riderId: 'r' as RiderId,
    open: true,
    offers: [],
    stops: [place],
    reallocations: 0,
  };
  const taken = {
    driverId: driver('d'),
    slot: 'active' as const,
    offers: [offerTo('d', 1, 0, { state: 'accepted', endedAt: 5 })],
  };
  const of = (state: TripState, more: Partial<TripCore> = {}): TripCore => ({
    ...base,
    ...more,
    state,
    open: isOpen(state),
  });
  return {
    scheduled: of({ name: 'scheduled', pickupAt: 9_000_000 }),
    searching: of({ name: 'searching', since: 0 }),
    offered: of({ name: 'offered', since: 0 }, { offers: [offerTo('d', 1, 0)] }),
    accepted: of({ name: 'accepted', acceptedAt: 5 }, taken),
    arrived: of({ name: 'arrived', acceptedAt: 5, arrivedAt: 6 }, taken),
    in_progress: of({ name: 'in_progress', startedAt: 7, stopsDone: 0 }, taken),
    at_stop: of({ name: 'at_stop', startedAt: 7, stopsDone: 1, stoppedAt: 8, planned: true }, taken),
    completed: of({ name: 'completed', startedAt: 7, completedAt: 9 }, taken),
    cancelled: of({ name: 'cancelled', by: 'rider', reason: null, cancelledAt: 9 }),
    no_show: of({ name: 'no_show', endedAt: 9 }, taken),
    no_drivers: of({ name: 'no_drivers', endedAt: 9 }),
    failed: of({ name: 'failed', reason: 'x', endedAt: 9 }),
  };
})();

const LATE = 1_000_000;
const d = { driverId: driver('d') };
/** Every kind of transition, at a time when no window and no wait blocks it unless the row is about that. */
const TRANSITIONS = {
  release: { type: 'release', at: LATE },
  offer: { type: 'offer', at: 10, offer: offerTo('e', 1, 10) },
  'offer more': { type: 'offer', at: 10, offer: offerTo('e', 2, 10) },
  'offer more, late': { type: 'offer', at: LATE, offer: offerTo('e', 2, LATE) },
  decline: { type: 'decline', at: 10, offerId: offerIdOf(TRIP, 1), ...d },
  'expire early': { type: 'expire', at: 10, offerId: offerIdOf(TRIP, 1), delivered: true },
  expire: { type: 'expire', at: LATE, offerId: offerIdOf(TRIP, 1), delivered: true },
  accept: { type: 'accept', at: 10, offerId: offerIdOf(TRIP, 1), ...d },
  'accept late': { type: 'accept', at: LATE, offerId: offerIdOf(TRIP, 1), ...d },
  "accept another's": { type: 'accept', at: 10, offerId: offerIdOf(TRIP, 1), driverId: driver('z') },
  give_up: { type: 'give_up', at: LATE, budgetMs: 120_000 },
  'give_up early': { type: 'give_up', at: 10, budgetMs: 120_000 },
  arrive: { type: 'arrive', at: LATE, metresFromPickup: 20, ...d },
  'arrive elsewhere': { type: 'arrive', at: LATE, metresFromPickup: 900, ...d },
  start: { type: 'start', at: LATE, ...d },
  pause: { type: 'pause', at: LATE, ...d },
  resume: { type: 'resume', at: LATE, ...d },
  stop_reached: { type: 'stop_reached', at: LATE, ...d },
  complete: { type: 'complete', at: LATE, ...d },
  'no_show early': { type: 'no_show', at: 10, ...d },
  no_show: { type: 'no_show', at: LATE, ...d },
  driver_cancel: { type: 'driver_cancel', at: LATE, ...d },
  'rider cancels': { type: 'cancel', at: LATE, by: 'rider', reason: null },
  'operator cancels': { type: 'cancel', at: LATE, by: 'operator', reason: 'x' },
  reassign: { type: 'reassign', at: LATE, by: 'operator', reason: 'x' },
  promote: { type: 'promote', at: LATE },
  fail: { type: 'fail', at: LATE, reason: 'y' },
  'driver silent': { type: 'driver_silent', at: LATE, times: SILENCE_TIMES },
  'driver silent early': { type: 'driver_silent', at: 10, times: SILENCE_TIMES },
  'driver heard': { type: 'driver_heard', at: LATE, heardAt: LATE },
  'review fare': { type: 'review_fare', at: LATE },
} as const satisfies Record<string, TripTransition>;

type Row = Partial<Record<keyof typeof TRANSITIONS, string>>;
const everyEnd: Row = {};
/**
 * The table of docs/design/matching.md, "Trip state machine", stated here by hand. A state's name: the transition leads there · `same`:
 * success without effect · anything that is not named: refused.
 */
const TABLE: Readonly<Record<TripState['name'], Row>> = {
  scheduled: {
    release: 'searching',
    'rider cancels': 'cancelled',
    'operator cancels': 'cancelled',
    fail: 'failed',
  },
  searching: {
    offer: 'offered',
    give_up: 'no_drivers',
    'rider cancels': 'cancelled',
    'operator cancels': 'cancelled',
    fail: 'failed',
  },
  offered: {
    'offer more, late': 'offered',
    decline: 'searching',
    expire: 'searching',
    accept: 'accepted',
    'rider cancels': 'cancelled',
    'operator cancels': 'cancelled',
    fail: 'failed',
  },
  accepted: {
    expire: 'same',
    'expire early': 'same',
    accept: 'same',
    'accept late': 'same',
    arrive: 'arrived',
    driver_cancel: 'searching',
    reassign: 'searching',
    'driver silent': 'accepted',
    'driver heard': 'same',
    promote: 'same',
    'rider cancels': 'cancelled',
    'operator cancels': 'cancelled',
    fail: 'failed',
  },
  arrived: {
    expire: 'same',
    'expire early': 'same',
    accept: 'same',
    'accept late': 'same',
    arrive: 'same',
    'arrive elsewhere': 'same',
    start: 'in_progress',
    no_show: 'no_show',
    driver_cancel: 'searching',
    reassign: 'searching',
    'driver silent': 'arrived',
    'driver heard': 'same',
    promote: 'same',
    'rider cancels': 'cancelled',
    'operator cancels': 'cancelled',
    fail: 'failed',
  },
  in_progress: {
    expire: 'same',
    'expire early': 'same',
    accept: 'same',
    'accept late': 'same',
    start: 'same',
    pause: 'at_stop',
    resume: 'same',
    stop_reached: 'at_stop',
    complete: 'completed',
    'driver silent': 'in_progress',
    'driver heard': 'same',
    promote: 'same',
    'operator cancels': 'cancelled',
    fail: 'failed',
  },
  at_stop: {
    expire: 'same',
    'expire early': 'same',
    accept: 'same',
    'accept late': 'same',
    resume: 'in_progress',
    stop_reached: 'same',
    complete: 'completed',
    'driver silent': 'at_stop',
    'driver heard': 'same',
    promote: 'same',
    'operator cancels': 'cancelled',
    fail: 'failed',
  },
  completed: {
    complete: 'same',
    expire: 'same',
    'expire early': 'same',
    accept: 'same',
    'accept late': 'same',
  },
  cancelled: { ...everyEnd, 'rider cancels': 'same' },
  no_show: {
    no_show: 'same',
    'no_show early': 'same',
    expire: 'same',
    'expire early': 'same',
    accept: 'same',
    'accept late': 'same',
  },
  no_drivers: { give_up: 'same', 'give_up early': 'same' },
  failed: { fail: 'same' },
};

describe.each(Object.keys(TABLE) as TripState['name'][])('TRIP-10: the transition table, from %s', (from) => {
  it.each(Object.keys(TRANSITIONS) as (keyof typeof TRANSITIONS)[])('TRIP-10: %s', (what) => {
    const step = next(STATES[from], TRANSITIONS[what]);
    const found =
      step.outcome === 'changed' ? step.trip.state.name : step.outcome === 'repeated' ? 'same' : 'refused';
    expect(found).toBe(TABLE[from][what] ?? 'refused');
  });
});

/** Any transition that any actor could try, at any time. */
const anyTransition = fc.oneof(
  fc.record({ type: fc.constant('release' as const) }),
  fc.record({
    type: fc.constant('offer' as const),
    name: fc.constantFrom('a', 'b', 'c', 'e'),
    slot: fc.constantFrom('active' as const, 'queued' as const),
  }),
  fc.record({
    type: fc.constantFrom('decline' as const, 'accept' as const),
    attempt: fc.integer({ min: 1, max: 6 }),
    name: fc.constantFrom('a', 'b', 'c', 'e'),
  }),
  fc.record({
    type: fc.constant('expire' as const),
    attempt: fc.integer({ min: 1, max: 6 }),
    delivered: fc.boolean(),
  }),
  fc.record({ type: fc.constant('give_up' as const) }),
  fc.record({ type: fc.constant('promote' as const) }),
  fc.record({
    type: fc.constant('arrive' as const),
    name: fc.constantFrom('a', 'b'),
    metres: fc.constantFrom(10, 500, null),
  }),
  fc.record({
    type: fc.constantFrom(
      'start' as const,
      'pause' as const,
      'resume' as const,
      'stop_reached' as const,
      'complete' as const,
      'no_show' as const,
      'driver_cancel' as const,
    ),
    name: fc.constantFrom('a', 'b', 'c'),
  }),
  fc.record({
    type: fc.constant('cancel' as const),
    by: fc.constantFrom('rider' as const, 'operator' as const),
  }),
  fc.record({ type: fc.constant('reassign' as const) }),
);
type Wish = typeof anyTransition extends fc.Arbitrary<infer T> ? T : never;

function toTransition(wish: Wish, trip: TripCore, at: number): TripTransition {
  switch (wish.type) {
    case 'offer':
      return {
        type: 'offer',
        at,
        offer: offerTo(wish.name, trip.offers.length + 1, at, { slot: wish.slot }),
      };
    case 'decline':
    case 'accept':
      return { type: wish.type, at, offerId: offerIdOf(TRIP, wish.attempt), driverId: driver(wish.name) };
    case 'expire':
      return { type: 'expire', at, offerId: offerIdOf(TRIP, wish.attempt), delivered: wish.delivered };
    case 'give_up':
      return { type: 'give_up', at, budgetMs: 120_000 };
    case 'arrive':
      return { type: 'arrive', at, driverId: driver(wish.name), metresFromPickup: wish.metres };
    case 'cancel':
      return { type: 'cancel', at, by: wish.by, reason: null };
    case 'reassign':
      return { type: 'reassign', at, by: 'system', reason: 'x' };
    case 'release':
    case 'promote':
      return { type: wish.type, at };
    default:
      return { type: wish.type, at, driverId: driver(wish.name) };
  }
}

function checkInvariants(before: TripCore, after: TripCore, at: number): void {
  expect(after.open).toBe(isOpen(after.state));
  const assigned = ['accepted', 'arrived', 'in_progress', 'at_stop'].includes(after.state.name);
  if (assigned) expect([after.driverId, after.slot]).not.toContain(undefined);
  if (['scheduled', 'searching', 'offered', 'no_drivers'].includes(after.state.name))
    expect([after.driverId, after.slot]).toEqual([undefined, undefined]);
  expect(openOffers(after).length > 0).toBe(after.state.name === 'offered');
  expect(openOffers(after).length).toBeLessThanOrEqual(TRIP_RULES.fanOutOffers);
  expect(new Set(openOffers(after).map(({ driverId }) => driverId)).size).toBe(openOffers(after).length);
  expect(after.reallocations).toBeLessThanOrEqual(TRIP_RULES.mostReallocations + 1);
  // An ended offer keeps its outcome; attempts rise; no barred driver gets an offer.
  for (const [index, offer] of before.offers.entries()) {
    if (offer.state !== 'open') expect(after.offers[index]).toEqual(offer);
    else if (after.offers[index]?.state !== 'open') expect(after.offers[index]?.endedAt).toBe(at);
  }
  expect(after.offers.map(({ attempt }) => attempt)).toEqual(after.offers.map((_, index) => index + 1));
  const added = after.offers.slice(before.offers.length);
  for (const { driverId } of added) expect(barredDrivers(before).has(driverId)).toBe(false);
  if (endedAt(before.state) !== null)
    throw new Error(`something happened after the end: ${after.state.name}`);
}

it('TRIP-10, TRIP-12: whatever is tried in whatever order, the trip stays consistent (5,000 runs)', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyTransition, fc.integer({ min: 0, max: 40_000 })), { minLength: 5, maxLength: 40 }),
      (wishes) => {
        let trip: TripCore = STATES.searching;
        let at = 0;
        for (const [wish, passed] of wishes) {
          at += passed;
          const transition = toTransition(wish, trip, at);
          const step = next(trip, transition);
          if (step.outcome !== 'changed') continue;
          checkInvariants(trip, step.trip, at);
          trip = step.trip;
          // Repeated at once it has no second effect: it is refused or a repeat, or (an offer to another driver) another transition.
          const again = next(trip, transition);
          if (again.outcome === 'changed')
            expect(['offer', 'pause', 'promote', 'reassign']).toContain(transition.type);
        }
      },
    ),
    { seed: SEED, numRuns: 5000 },
  );
});

it('TRIP-12: of five drivers with simultaneous offers the first who accepts has the trip, and the others learn that it is taken', () => {
  let trip: TripCore = { ...STATES.searching };
  for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
    const at = TRIP_RULES.fanOutAfterMs + index;
    const step = next(trip, { type: 'offer', at, offer: offerTo(name, index + 1, at) });
    if (step.outcome !== 'changed') throw new Error(step.outcome);
    trip = step.trip;
  }
  const at = TRIP_RULES.fanOutAfterMs + 10;
  expect(next(trip, { type: 'offer', at, offer: offerTo('f', 6, at) })).toMatchObject({ outcome: 'refused' });
  const won = next(trip, { type: 'accept', at, offerId: offerIdOf(TRIP, 3), driverId: driver('c') });
  if (won.outcome !== 'changed') throw new Error(won.outcome);
  expect(won.trip.offers.map(({ state }) => state)).toEqual([
    'revoked',
    'revoked',
    'accepted',
    'revoked',
    'revoked',
  ]);
  expect(
    next(won.trip, { type: 'accept', at, offerId: offerIdOf(TRIP, 1), driverId: driver('a') }),
  ).toMatchObject({
    outcome: 'refused',
    code: 'GONE',
  });
});
