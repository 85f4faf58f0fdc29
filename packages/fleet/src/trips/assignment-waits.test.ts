import type { TripEvent } from '@rideline/contract';
import { expect, test } from 'vitest';
import { waitsOf } from './assignment-waits.ts';
import type { StoredTrip } from './trip-collection.ts';

const pickup = { lat: 1, lng: 2 };
const trip = (more: object = {}) =>
  ({
    _id: 'trip-1',
    pickup,
    createdAt: new Date(1000),
    reallocations: 0,
    offers: [
      { attempt: 1, etaSeconds: 90 },
      { attempt: 2, etaSeconds: 240 },
    ],
    ...more,
  }) as unknown as StoredTrip;
const event = (type: string, version: number, at: number, attempt?: number) =>
  ({ type, version, at, data: { attempt } }) as unknown as TripEvent;

test('ADM-92: an assignment waits from the request to the acceptance and then for its car; other events are none', () => {
  const events = [event('offered', 2, 3000, 2), event('accepted', 3, 21_000, 2), event('arrived', 4, 90_000)];
  expect(waitsOf(trip(), events, 77)).toEqual([{ id: 'trip-1-3', pickup, seconds: 260, atMs: 77 }]);
  // A clock that was set back.
  expect(waitsOf(trip(), [event('accepted', 3, 500, 1)], 77)[0]?.seconds).toBe(90);
});

test('ADM-92: a trip that was scheduled, or that lost a driver, tells nothing; neither does an unknown offer', () => {
  const events = [event('accepted', 3, 21_000, 2)];
  expect(waitsOf(trip({ scheduledAt: 5 }), events, 77)).toEqual([]);
  expect(waitsOf(trip({ reallocations: 1 }), events, 77)).toEqual([]);
  expect(waitsOf(trip({ offers: [] }), events, 77)).toEqual([]);
});
