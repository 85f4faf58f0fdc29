import type { TripEvent } from '@rideline/contract';
import fc from 'fast-check';
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

const times = fc.array(
  fc.record({ driver: fc.nat(2), from: fc.nat(100), length: fc.integer({ min: 1, max: 30 }) }),
  { maxLength: 12 },
);

it('LOAD-57: a driver has an overlap exactly when two of their times share an instant, in whatever order they come', () => {
  fc.assert(
    fc.property(times, (drawn) => {
      const list = drawn.map(({ driver, from, length }, index) => ({
        driverId: `d${driver}`,
        tripId: `t${index}`,
        from,
        until: from + length,
      }));
      const isOverlapping = (driverId: string) =>
        list.some((one, index) =>
          list
            .slice(index + 1)
            .some(
              (other) =>
                one.driverId === driverId &&
                other.driverId === driverId &&
                one.from < other.until &&
                other.from < one.until,
            ),
        );
      const found = overlapsOf(list);
      for (const driverId of ['d0', 'd1', 'd2'])
        expect(found.some((text) => text.startsWith(`${driverId}:`))).toBe(isOverlapping(driverId));
    }),
    { seed: 57, numRuns: 500 },
  );
});
