import {
  type DriverId,
  SHARED_DRIVER_ID,
  SHARED_TRIP_ID,
  type TrackPosition,
  type TrackSubscribed,
  type TripEvent,
  type TripId,
} from '@rideline/contract';
import { expect, test } from 'vitest';
import { sharedEvent, sharedPosition, sharedSubscribed } from './shared-view.ts';

const tripId = 'd2c1a6c2-0001-4000-8000-000000000001' as TripId;
const driverId = 'driver-77' as DriverId;
const place = { lat: 37.7, lng: -122.4 };
const position = { ...place, heading: 90, speed: 8, at: 5, ageMs: 10 };
const subscribed = (name: string): TrackSubscribed => ({
  version: 4,
  epoch: 9,
  pos: 3,
  snapshot: {
    tripId,
    state: 'accepted',
    version: 4,
    driver: { id: driverId, name, vehicle: 'Blue Corolla', plate: '7ABC123' },
    position,
    etaSeconds: 60,
    pickup: { lat: 1, lng: 2 },
    dropoff: { lat: 3, lng: 4 },
    stops: [{ lat: 5, lng: 6 }],
    stopsDone: 0,
  },
  missed: [{ kind: 'event', event: { tripId } as TripEvent }],
  recovered: true,
});
const named = (name: string) => sharedSubscribed(subscribed(name)).snapshot.driver?.name;

test('TRACK-31: a share is sent state, position, ETA, first name and vehicle, and neither ids, places nor what was before', () => {
  const shown = sharedSubscribed(subscribed('Grace Hopper'));
  expect(shown).toEqual({
    version: 4,
    epoch: 9,
    pos: 3,
    snapshot: {
      tripId: SHARED_TRIP_ID,
      state: 'accepted',
      version: 4,
      driver: { id: SHARED_DRIVER_ID, name: 'Grace', vehicle: 'Blue Corolla', plate: '7ABC123' },
      position,
      etaSeconds: 60,
    },
    missed: [],
    recovered: false,
  });
  const before = subscribed('x');
  const waiting = { ...before, snapshot: { ...before.snapshot, driver: null, position: null } };
  expect(sharedSubscribed(waiting).snapshot.driver).toBeNull();
});

test('TRACK-31: a driver without a profile, whose name is their id, has no name in a share', () => {
  expect([named(driverId), named('  Ada  Lovelace '), named('')]).toEqual(['', 'Ada', '']);
});

test('TRACK-31: an event of a share says which state, and not who, why, or which driver', () => {
  const event: TripEvent = {
    tripId,
    version: 7,
    type: 'driver_cancelled',
    state: 'searching',
    at: 12,
    actor: 'driver',
    data: { driverId, reason: 'flat tyre' },
  };
  expect(sharedEvent(event)).toEqual({
    tripId: SHARED_TRIP_ID,
    version: 7,
    type: 'searching',
    state: 'searching',
    at: 12,
    actor: 'system',
    data: {},
  });
});

test('TRACK-31: a position of a share names neither trip nor driver, and nothing that a later release adds', () => {
  const sent = { driverId, tripId, ...place, speed: 1, heading: 2, timestamp: 3, epoch: 4, pos: 5 };
  const shown = sharedPosition({ ...sent, skipped: 0, ageMs: 6, added: driverId } as TrackPosition);
  expect(JSON.stringify(shown)).not.toContain(driverId);
  expect(shown).toMatchObject({ ...place, tripId: SHARED_TRIP_ID, driverId: SHARED_DRIVER_ID, pos: 5 });
});
