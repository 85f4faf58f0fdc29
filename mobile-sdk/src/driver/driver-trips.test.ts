import type { Offer, TripEvent, TripSnapshot, TripStatus } from '@rideline/contract';
import { expect, it } from 'vitest';
import { DriverTrips } from './driver-trips.ts';

const place = { lat: 1, lng: 2 };
const offer = (tripId: string, queued = false): Offer =>
  ({
    offerId: `${tripId}_1`,
    tripId,
    pickup: place,
    dropoff: place,
    stops: [],
    queued,
    expiresAt: 9,
  }) as never;
const status = (tripId: string, state: string, version: number): TripStatus =>
  ({ tripId, state, version }) as never;
const event = (tripId: string, type: string, state: string, version: number): TripEvent =>
  ({ ...status(tripId, state, version), type, at: 1, actor: 'driver', data: {} }) as never;
const snapshot = (tripId: string, version: number): TripSnapshot =>
  ({ ...status(tripId, 'accepted', version), driver: null, position: null }) as never;

it('SDK-17: an offer is shown once, however often it arrives, and removed when revoked, answered or not named by sync', () => {
  const trips = new DriverTrips();
  expect(trips.offered(offer('t')).newOffers).toHaveLength(1);
  expect(trips.offered(offer('t')).newOffers).toHaveLength(0);
  expect(trips.revoked({ offerId: 't_1' as never, reason: 'taken' }).goneOffers).toHaveLength(1);
  expect(trips.offered(offer('t')).newOffers).toHaveLength(0);
  trips.offered(offer('u'));
  expect(trips.synced({ offers: [] }).goneOffers).toEqual([{ offerId: 'u_1', reason: 'ended' }]);
  expect(trips.offers).toEqual([]);
});

it('SDK-18: the ride is known from the answer, an event or sync, whichever arrives first, and never steps back', () => {
  const trips = new DriverTrips();
  trips.offered(offer('t'));
  expect(trips.answered(offer('t'), status('t', 'accepted', 3), true).tripChanged).toBe(true);
  expect(trips.trip).toMatchObject({ tripId: 't', state: 'accepted', version: 3, pickup: place });
  expect(trips.event(event('t', 'accepted', 'accepted', 3)).tripChanged).toBe(false);
  trips.event(event('t', 'started', 'in_progress', 5));
  expect(trips.event(event('t', 'arrived', 'arrived', 4)).tripChanged).toBe(false);
  expect(trips.trip).toMatchObject({ state: 'in_progress', version: 5 });
  trips.event(event('t', 'completed', 'completed', 6));
  expect(trips.trip).toBeNull();
});

it('SDK-18: a queued trip has its own slot until it is promoted; a reassigned trip is removed', () => {
  const trips = new DriverTrips();
  trips.synced({ trip: snapshot('now', 3), offers: [offer('next', true)] });
  trips.answered(offer('next', true), status('next', 'accepted', 3), true);
  expect([trips.trip?.tripId, trips.queued?.tripId]).toEqual(['now', 'next']);
  trips.update(status('now', 'completed', 7));
  trips.event(event('next', 'promoted', 'accepted', 4));
  expect([trips.trip?.tripId, trips.queued]).toEqual(['next', null]);
  trips.event(event('next', 'reassigned', 'searching', 5));
  expect(trips.trip).toBeNull();
});

it('SDK-18: a ride that sync names although it has just ended is not shown', () => {
  const trips = new DriverTrips();
  const cancelled = { ...snapshot('t', 4), state: 'cancelled' } as TripSnapshot;
  trips.synced({ trip: cancelled, queued: snapshot('u', 2), offers: [] });
  expect([trips.trip, trips.queued?.tripId]).toEqual([null, 'u']);
});

it('SDK-130: an offer ends with its window, unless its answer is on its way, and is not shown again', () => {
  const trips = new DriverTrips();
  expect(trips.nextExpiry).toBe(Number.POSITIVE_INFINITY);
  trips.offered(offer('t'));
  trips.offered({ ...offer('u'), expiresAt: 20 });
  trips.answering('t_1');
  expect(trips.nextExpiry).toBe(20);
  expect(trips.expired(19).goneOffers).toEqual([]);
  expect(trips.expired(20).goneOffers).toEqual([{ offerId: 'u_1', reason: 'expired' }]);
  expect(trips.offers.map(({ offerId }) => offerId)).toEqual(['t_1']);
  expect(trips.offered({ ...offer('u'), expiresAt: 20 }).newOffers).toEqual([]);
  expect([trips.wasShown('u_1'), trips.wasShown('x_1')]).toEqual([true, false]);
});

it('SDK-140: an answer to `sync` that was read before an event does not bring the trip of that event back', () => {
  const trips = new DriverTrips();
  trips.event(event('t', 'rider_cancelled', 'cancelled', 5));
  expect(trips.synced({ trip: snapshot('t', 4), offers: [] }).tripChanged).toBe(false);
  expect(trips.trip).toBeNull();
  trips.event(event('u', 'started', 'in_progress', 6));
  trips.synced({ trip: snapshot('u', 4), offers: [] });
  expect(trips.trip).toMatchObject({ tripId: 'u', state: 'in_progress', version: 6 });
  trips.event(event('q', 'reassigned', 'searching', 7));
  trips.synced({ trip: snapshot('u', 4), queued: snapshot('q', 6), offers: [] });
  expect([trips.trip, trips.queued]).toMatchObject([{ version: 6 }, null]);
  // Assigned to this driver again, at a newer version.
  trips.synced({ trip: snapshot('q', 9), offers: [] });
  expect(trips.trip).toMatchObject({ tripId: 'q', version: 9 });
});

it('SDK-140: an offer that was revoked while `sync` was on its way is not shown by its answer', () => {
  const trips = new DriverTrips();
  trips.revoked({ offerId: 't_1' as never, reason: 'taken' });
  expect(trips.synced({ offers: [offer('t')] }).newOffers).toEqual([]);
  expect(trips.offers).toEqual([]);
});

it('SDK-140: an offer and a trip that arrived while `sync` was on its way are not taken back by its answer', () => {
  const trips = new DriverTrips();
  trips.syncBegins();
  trips.offered(offer('new'));
  trips.answered(offer('t'), status('t', 'accepted', 3), true);
  expect(trips.synced({ offers: [] })).toEqual({ newOffers: [], goneOffers: [], tripChanged: false });
  expect([trips.trip?.tripId, trips.offers.length]).toEqual(['t', 1]);
  trips.syncBegins();
  expect(trips.synced({ offers: [] })).toMatchObject({
    goneOffers: [{ offerId: 'new_1' }],
    tripChanged: true,
  });
  expect(trips.trip).toBeNull();
});
