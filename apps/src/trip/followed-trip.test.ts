import { expect, it } from 'vitest';
import {
  carAgeMs,
  type FollowedTrip,
  fromSnapshot,
  hasEnded,
  mayCancel,
  withEvent,
  withPosition,
} from './followed-trip.ts';

const [pickup, dropoff] = [
  { lat: 1, lng: 1 },
  { lat: 2, lng: 2 },
];
const snapshot = (change: object = {}) =>
  ({
    snapshot: {
      tripId: 't',
      state: 'searching',
      version: 1,
      driver: null,
      position: null,
      pickup,
      dropoff,
      ...change,
    },
  }) as never;
const event = (type: string, state: string, data: object = {}) =>
  ({ tripId: 't', type, state, data }) as never;
const position = { lat: 1.5, lng: 1.5, heading: 90, ageMs: 400 } as never;

function after(...events: never[]): FollowedTrip {
  return events.reduce((trip, next) => withEvent(trip, next), fromSnapshot(snapshot(), null, 0));
}

it('APP-6: a followed trip has the state, the driver and the car that its events and positions say', () => {
  const accepted = after(event('offered', 'offered'), event('accepted', 'accepted', { driverId: 'd1' }));
  expect(accepted).toMatchObject({ state: 'accepted', driver: { id: 'd1' }, car: null, pickup, dropoff });
  const moving = withPosition(accepted, position, 1000);
  expect(moving.car).toMatchObject({ lat: 1.5, heading: 90 });
  expect(moving.car && carAgeMs(moving.car, 1600)).toBe(1000);
});

it('APP-6: a driver who cancels takes the car along; the search begins again', () => {
  const moving = withPosition(after(event('accepted', 'accepted', { driverId: 'd1' })), position, 0);
  expect(withEvent(moving, event('driver_cancelled', 'searching'))).toMatchObject({
    state: 'searching',
    driver: null,
    car: null,
  });
});

it('APP-6: a snapshot replaces what was known, and keeps the places that it leaves out', () => {
  const moving = withPosition(after(event('accepted', 'accepted', { driverId: 'd1' })), position, 0);
  const again = fromSnapshot(
    snapshot({ state: 'in_progress', pickup: undefined, dropoff: undefined }),
    moving,
    5,
  );
  expect(again).toMatchObject({ state: 'in_progress', pickup, dropoff, driver: null, car: null });
});

it('APP-6: the rider may cancel before the ride, and end it when the driver is silent', () => {
  expect(mayCancel(after(event('accepted', 'accepted')))).toBe(true);
  const riding = after(event('accepted', 'accepted'), event('started', 'in_progress'));
  expect(mayCancel(riding)).toBe(false);
  const silent = withEvent(riding, event('driver_silent', 'in_progress', { riderMayEnd: true }));
  expect(mayCancel(silent)).toBe(true);
  expect(mayCancel(withEvent(silent, event('driver_heard', 'in_progress')))).toBe(false);
  expect(hasEnded(withEvent(riding, event('completed', 'completed')))).toBe(true);
});
