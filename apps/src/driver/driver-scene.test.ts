import { expect, it } from 'vitest';
import type { Offer, Trip } from './driver-client.ts';
import { type DriverSituation, driverFocus, driverScene, nextPoint } from './driver-scene.ts';

const [pickup, stop, dropoff] = [
  { lat: 1, lng: 1 },
  { lat: 2, lng: 2 },
  { lat: 3, lng: 3 },
];
const place = { lat: 0, lng: 0, speed: null, heading: 90, accuracy: null };
const trip = (state: Trip['state'], stopsDone = 0): Trip =>
  ({
    tripId: 't',
    state,
    version: 1,
    driver: null,
    position: null,
    pickup,
    dropoff,
    stops: [stop],
    stopsDone,
  }) as never;
const view = (change: Partial<DriverSituation>): DriverSituation => ({
  place,
  offers: [],
  trip: null,
  ...change,
});
const offer = { offerId: 'o', pickup, dropoff, stops: [] } as unknown as Offer;

it('APP-4: the driver is led to the pick-up, then to each stop, then to the destination', () => {
  expect(nextPoint(null)).toBeNull();
  expect(nextPoint(trip('accepted'))).toEqual(pickup);
  expect(nextPoint(trip('in_progress'))).toEqual(stop);
  expect(nextPoint(trip('at_stop'))).toEqual(stop);
  expect(nextPoint(trip('in_progress', 1))).toEqual(dropoff);
  expect(nextPoint(trip('completed'))).toBeNull();
});

it('APP-4: an offer is shown with its pick-up and destination; after the pick-up only what is ahead', () => {
  const kinds = (change: Partial<DriverSituation>) =>
    driverScene(view(change), []).pins.map(({ kind }) => kind);
  expect(kinds({})).toEqual([]);
  expect(kinds({ offers: [offer] })).toEqual(['pickup', 'dropoff']);
  expect(kinds({ trip: trip('accepted') })).toEqual(['pickup', 'stop', 'dropoff']);
  expect(kinds({ trip: trip('in_progress', 1) })).toEqual(['dropoff']);
  expect(driverFocus(view({ offers: [offer] }))).toEqual({
    kind: 'points',
    points: [place, pickup, dropoff],
  });
  expect(driverFocus(view({ place: null }))).toEqual({ kind: 'city' });
});
