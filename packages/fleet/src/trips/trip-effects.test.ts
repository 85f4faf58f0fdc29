import {
  type DriverId,
  LIMITS,
  type OfferId,
  type RiderId,
  type TripEvent,
  type TripEventType,
  type TripId,
} from '@rideline/contract';
import { expect, it } from 'vitest';
import type { TripOffer } from './trip.ts';
import { type StoredTrip, TRIP_EVENTS_KEPT } from './trip-collection.ts';
import { driverAtEvents, effectsOf } from './trip-effects.ts';
import { TRIP_RULES } from './trip-rules.ts';

const TRIP = 'trip' as TripId;
const event = (
  version: number,
  type: TripEventType,
  at: number,
  data: object = {},
  actor = 'system',
): TripEvent => ({ tripId: TRIP, version, type, state: 'searching', at, actor, data }) as never;
const offer = (
  attempt: number,
  driverId: string,
  state: TripOffer['state'],
  endedAt?: number,
): TripOffer => ({
  offerId: `trip_${attempt}` as OfferId,
  driverId: driverId as DriverId,
  attempt,
  slot: 'active',
  state,
  offeredAt: 10,
  expiresAt: 20,
  etaSeconds: 1,
  distanceMetres: 1,
  ...(endedAt === undefined ? {} : { endedAt }),
});
const trip = (events: TripEvent[], offers: TripOffer[], driverId?: string): StoredTrip =>
  ({
    _id: TRIP,
    origin: 'request',
    riderId: 'rider' as RiderId,
    events,
    offers,
    ...(driverId === undefined ? {} : { driverId, slot: 'active' }),
  }) as never;
const kinds = (effects: ReturnType<typeof effectsOf>) =>
  effects.map((effect) => {
    if (effect.type === 'notify') return `notify ${effect.role} ${effect.kind}`;
    if (effect.type === 'revoke_offer') return `revoke ${effect.driverId} ${effect.reason}`;
    return `${effect.type} ${effect.driverId}`;
  });

it('TRIP-15: an open offer is sent to its driver with a notification; an offer that has ended in the meantime is not', () => {
  const offered = event(2, 'offered', 10, { attempt: 1 });
  expect(kinds(effectsOf(trip([offered], [offer(1, 'a', 'open')]), [offered]))).toEqual([
    'push_offer a',
    'notify driver offer',
  ]);
  expect(kinds(effectsOf(trip([offered], [offer(1, 'a', 'declined', 11)]), [offered]))).toEqual([
    'release_claim a',
  ]);
});

it('TRIP-15: on acceptance the driver gets the trip before claims are released; offers to other drivers are revoked as taken', () => {
  const accepted = event(4, 'accepted', 30, { driverId: 'b', attempt: 2 }, 'driver');
  const offers = [offer(1, 'a', 'revoked', 30), offer(2, 'b', 'accepted', 30)];
  expect(kinds(effectsOf(trip([accepted], offers, 'b'), [accepted]))).toEqual([
    'refresh_driver b',
    'release_claim a',
    'revoke a taken',
    'release_claim b',
    'notify rider trip_matched',
  ]);
});

it('TRIP-15: users are not notified of their own actions; the driver at the time of an event is, even after losing the trip', () => {
  const events = [
    event(3, 'accepted', 30, { driverId: 'a' }, 'driver'),
    event(4, 'reassigned', 40, { reason: 'x' }, 'operator'),
    event(5, 'accepted', 50, { driverId: 'b' }, 'driver'),
    event(6, 'cancelled', 60, {}, 'rider'),
  ];
  expect([...driverAtEvents(trip(events, []))]).toEqual([
    [3, 'a'],
    [4, 'a'],
    [5, 'b'],
    [6, 'b'],
  ]);
  const notices = effectsOf(trip(events, [], 'b'), events.slice(1)).filter(({ type }) => type === 'notify');
  expect(
    notices.map((effect) => effect.type === 'notify' && [effect.role, effect.userId, effect.kind]),
  ).toEqual([
    ['rider', 'rider', 'driver_changed'],
    ['driver', 'a', 'trip_reassigned'],
    ['rider', 'rider', 'trip_matched'],
    ['driver', 'b', 'trip_cancelled'],
  ]);
});

it('TRIP-15: the same events have the same effects with the same ids; no events have none', () => {
  const events = [event(6, 'completed', 60, {}, 'driver')];
  const whole = trip(events, [offer(1, 'a', 'accepted', 5)], 'a');
  expect(effectsOf(whole, events)).toEqual(effectsOf(whole, events));
  expect(effectsOf(whole, events)).toContainEqual(
    expect.objectContaining({ notificationId: 'trip-6-rider', kind: 'trip_completed' }),
  );
  expect(effectsOf(whole, [])).toEqual([]);
});

it('TRIP-52: who the driver is does not depend on the acceptance being among the kept events', () => {
  const paused = [event(300, 'paused', 300), event(301, 'cancelled', 301, {}, 'operator')];
  const held = trip(paused, [offer(1, 'a', 'accepted', 30)], 'a');
  expect([...driverAtEvents(held).values()]).toEqual(['a', 'a']);
  expect(kinds(effectsOf(held, paused.slice(1)))).toContain('notify driver trip_cancelled');
  const lost = trip(
    [event(300, 'reassigned', 300), event(301, 'accepted', 301, { driverId: 'b', attempt: 2 })],
    [offer(1, 'a', 'accepted', 30), offer(2, 'b', 'accepted', 301)],
    'b',
  );
  expect([...driverAtEvents(lost).values()]).toEqual(['a', 'b']);
});

it('TRIP-52: by its bounds a trip has fewer events than are kept', () => {
  const { mostOffers, mostReallocations, mostPauses, mostSilences } = TRIP_RULES;
  const offers = 2 * mostOffers;
  // Each assignment: promoted, arrived; each but the last: unassigned.
  const assignments = 3 * (mostReallocations + 1);
  const ride = 1 + 2 * LIMITS.stopsPerTrip + 2 * mostPauses;
  const scheduledReleasedAndEnd = 3;
  // Raised and free to be ended; only the first are cleared by a sign of life, later ones by a command of the driver.
  const silences = 2 * (mostSilences + assignments + ride) + mostSilences;
  expect(offers + assignments + ride + silences + scheduledReleasedAndEnd).toBeLessThan(TRIP_EVENTS_KEPT);
});

it('MATCH-45: a cancellation by the rider, a decline and a trip given back begin a cool-down, before the claim is released', () => {
  const of = (events: TripEvent[], offers: TripOffer[], driverId?: string) =>
    kinds(effectsOf(trip(events, offers, driverId), events)).filter(
      (effect) => effect.startsWith('cool_down') || effect.startsWith('release_claim'),
    );
  const requested = event(1, 'requested', 1);
  const offered = event(2, 'offered', 10, { attempt: 1 });
  const accepted = event(3, 'accepted', 20, { driverId: 'a', attempt: 1 });
  expect(of([offered, event(3, 'cancelled', 30, {}, 'rider')], [offer(1, 'a', 'revoked', 30)])).toEqual([
    'cool_down a',
    'release_claim a',
  ]);
  expect(
    of([offered, event(3, 'declined', 30, { attempt: 1 }, 'driver')], [offer(1, 'a', 'declined', 30)]),
  ).toEqual(['cool_down a', 'release_claim a']);
  const taken = [offer(1, 'a', 'accepted', 20)];
  expect(of([requested, offered, accepted, event(4, 'cancelled', 40, {}, 'rider')], taken, 'a')).toContain(
    'cool_down a',
  );
  expect(of([requested, offered, accepted, event(4, 'driver_cancelled', 40, {}, 'driver')], taken)).toContain(
    'cool_down a',
  );
  // An operator's cancellation, an offer that expires and one that another driver was faster for say nothing about the pair.
  expect(of([offered, event(3, 'cancelled', 30, {}, 'operator')], [offer(1, 'a', 'revoked', 30)])).toEqual([
    'release_claim a',
  ]);
  expect(of([offered, event(3, 'lapsed', 30, { attempt: 1 })], [offer(1, 'a', 'expired', 30)])).toEqual([
    'release_claim a',
  ]);
});
