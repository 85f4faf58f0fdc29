import { expect, it } from 'vitest';
import { type FollowedTrip, hasEnded, mayCancel, mayEndAfter } from './followed-trip.ts';

const trip = (state: FollowedTrip['state']) => ({ state });

it('APP-6: the rider may cancel before the ride, and end it when the driver is silent', () => {
  expect(mayCancel(trip('accepted'), false)).toBe(true);
  expect(mayCancel(trip('in_progress'), false)).toBe(false);
  expect(mayCancel(trip('in_progress'), true)).toBe(true);
  expect(mayCancel(trip('completed'), true)).toBe(false);
  expect([hasEnded(trip('no_drivers')), hasEnded(trip('at_stop'))]).toEqual([true, false]);
});

it('APP-6: an event of a silent driver lets the rider end the ride, and one of a driver who is heard ends that', () => {
  expect(mayEndAfter({ type: 'driver_silent', data: { riderMayEnd: true } })).toBe(true);
  expect(mayEndAfter({ type: 'driver_silent', data: { riderMayEnd: false } })).toBe(false);
  expect(mayEndAfter({ type: 'driver_heard', data: {} })).toBe(false);
  expect(mayEndAfter({ type: 'started', data: {} })).toBeUndefined();
});
