import type { DriverId, OfferId, TripId } from '@rideline/contract';
import { expect, it } from 'vitest';
import {
  barredDrivers,
  endedAt,
  isOpen,
  offerIdOf,
  stateName,
  type TripCore,
  type TripOffer,
  type TripState,
  tripOfOffer,
} from './trip.ts';

const STATES: readonly [TripState, open: boolean, ended: number | null][] = [
  [{ name: 'scheduled', pickupAt: 9 }, false, null],
  [{ name: 'searching', since: 1 }, true, null],
  [{ name: 'offered', since: 1 }, true, null],
  [{ name: 'accepted', acceptedAt: 1 }, true, null],
  [{ name: 'arrived', acceptedAt: 1, arrivedAt: 2 }, true, null],
  [{ name: 'in_progress', startedAt: 1, stopsDone: 0 }, true, null],
  [{ name: 'at_stop', startedAt: 1, stopsDone: 1, stoppedAt: 2, planned: true }, true, null],
  [{ name: 'completed', startedAt: 1, completedAt: 3 }, false, 3],
  [{ name: 'cancelled', by: 'rider', reason: null, cancelledAt: 4 }, false, 4],
  [{ name: 'no_show', endedAt: 5 }, false, 5],
  [{ name: 'no_drivers', endedAt: 6 }, false, 6],
  [{ name: 'failed', reason: 'x', endedAt: 7 }, false, 7],
];

it.each(STATES)('TRIP-1: %j has the expected name, openness and end time', (state, open, ended) => {
  expect([stateName(state), isOpen(state), endedAt(state)]).toEqual([state.name, open, ended]);
});

it('TRIP-8: an offer id contains its trip id; other texts yield null', () => {
  const tripId = '0198c0de-0000-7000-8000-000000000001' as TripId;
  expect(tripOfOffer(offerIdOf(tripId, 12))).toBe(tripId);
  for (const id of ['', '_', '_1', 'abc', 'abc_', 'abc_x', 'abc_12345']) {
    expect(tripOfOffer(id as OfferId)).toBeNull();
  }
});

it('TRIP-9: a driver who declined, let the offer expire, was unreachable or cancelled is barred; one whose offer was revoked is not', () => {
  const offer = (driverId: string, state: TripOffer['state']) => ({ driverId, state }) as TripOffer;
  const trip: Pick<TripCore, 'offers'> = {
    offers: [
      offer('no', 'declined'),
      offer('slept', 'expired'),
      offer('dark', 'undelivered'),
      offer('back', 'accepted'),
      offer('slow', 'revoked'),
      offer('now', 'open'),
    ],
  };
  expect([...barredDrivers(trip)].sort()).toEqual(['back', 'dark', 'no', 'slept'] as DriverId[]);
});
