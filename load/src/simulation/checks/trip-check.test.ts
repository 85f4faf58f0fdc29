import type { TripEvent } from '@rideline/contract';
import { expect, it } from 'vitest';
import { areSettled, overlapsOf, timesOf } from './trip-check.ts';

const event = (version: number, type: string, state: string, at: number, data: object = {}): TripEvent =>
  ({ tripId: 't', version, type, state, at, actor: 'system', data }) as unknown as TripEvent;

it('OPS-72: the check knows when a driver was on a trip, including a queued one and one that the driver cancelled', () => {
  const given = timesOf([
    event(1, 'requested', 'searching', 1),
    event(2, 'accepted', 'accepted', 5, { driverId: 'a', slot: 'active' }),
    event(3, 'driver_cancelled', 'searching', 7),
    event(4, 'accepted', 'accepted', 9, { driverId: 'b', slot: 'queued' }),
    event(5, 'promoted', 'accepted', 12),
    event(6, 'completed', 'completed', 20),
  ]);
  expect(given).toEqual({
    twoDrivers: false,
    times: [
      { driverId: 'a', tripId: 't', from: 5, until: 7 },
      { driverId: 'b', tripId: 't', from: 12, until: 20 },
    ],
  });
});

it('OPS-72: finds two trips of one driver at a time, not one after the other, and a trip with a second driver', () => {
  const time = (tripId: string, from: number, until: number) => ({ driverId: 'a', tripId, from, until });
  expect(overlapsOf([time('x', 1, 5), time('y', 5, 9)])).toEqual([]);
  expect(overlapsOf([time('x', 1, 6), time('y', 5, 9)])).toEqual(['a: x and y']);
  const both = timesOf([
    event(1, 'accepted', 'accepted', 5, { driverId: 'a', slot: 'active' }),
    event(2, 'accepted', 'accepted', 6, { driverId: 'b', slot: 'active' }),
  ]);
  expect(both.twoDrivers).toBe(true);
});

it('OPS-72: reports a trip that is lost or has not ended', () => {
  const none = { total: 1, lost: [], overlaps: [], twoDrivers: [], holes: [] };
  expect(areSettled({ ...none, states: { completed: 1 } })).toBe(true);
  expect(areSettled({ ...none, states: { completed: 1, searching: 1 } })).toBe(false);
  expect(areSettled({ ...none, states: {}, lost: ['t'] })).toBe(false);
});
