import type { TripSummary } from '@rideline/contract';
import { expect, it } from 'vitest';
import { listTrips } from './trip-list.ts';
import {
  countGroups,
  type Trips,
  tripOfDriver,
  withCurrentList,
  withoutOld,
  withTrips,
} from './trip-store.ts';

const trip = (tripId: string, version: number, more: object = {}): TripSummary =>
  ({
    tripId,
    version,
    state: 'searching',
    riderId: `rider-${tripId}`,
    driverId: null,
    slot: null,
    attention: null,
    requestedAt: 1000,
    endedAt: null,
    offers: [],
    ...more,
  }) as never;
const held = (...trips: TripSummary[]): Trips => new Map(trips.map((one) => [one.tripId, one]));

it('MAP-19: of each trip the newest version is shown, whichever way and in whichever order it arrived', () => {
  const trips = withTrips(held(trip('a', 3)), [trip('a', 2), trip('b', 1), trip('b', 2)]);
  expect([...trips.values()].map(({ tripId, version }) => [tripId, version])).toEqual([
    ['a', 3],
    ['b', 2],
  ]);
});

it('MAP-19: an open trip that is missing in the list is requested: it may have ended, or be newer than the list', () => {
  const { trips, unlisted } = withCurrentList(held(trip('gone', 2), trip('kept', 2)), [
    trip('kept', 3),
    trip('new', 1),
  ]);
  expect(unlisted).toEqual(['gone']);
  expect(trips.get('kept')?.version).toBe(3);
  expect(trips.has('new')).toBe(true);
});

it('MAP-20: a trip that has ended stays for a minute of wall time', () => {
  const ended = trip('e', 5, { state: 'completed', endedAt: 10_000 });
  const trips = held(ended, trip('open', 1));
  expect(withoutOld(trips, 60_000, 1)).toBe(trips);
  expect([...withoutOld(trips, 71_000, 1).keys()]).toEqual(['open']);
  // At ten times the speed a minute of wall time is ten of the trace.
  expect(withoutOld(trips, 600_000, 10)).toBe(trips);
});

it('TRIP-70: a ride whose fare must be reviewed stays until it is reviewed, also when the feed does not say so', () => {
  const ended = { state: 'completed', endedAt: 10_000 } as const;
  const toReview = held(trip('r', 5, { ...ended, attention: 'fare_review' }));
  expect(withoutOld(toReview, 10_000_000, 1)).toBe(toReview);
  expect(withCurrentList(toReview, []).unlisted).toEqual(['r']);
  const reviewed = withTrips(toReview, [trip('r', 6, ended)]);
  expect(withCurrentList(reviewed, []).unlisted).toEqual([]);
  expect(withoutOld(reviewed, 10_000_000, 1).size).toBe(0);
});

it('MAP-20: the list shows waiting trips first, the longest wait on top; search matches trip, rider and driver', () => {
  const trips = held(
    trip('young', 1, { requestedAt: 5000 }),
    trip('old', 1, { requestedAt: 2000 }),
    trip('driven', 1, { requestedAt: 1000, state: 'in_progress', driverId: 'cab-7', slot: 'active' }),
  );
  const ids = (search: string, chip: 'all' | 'waiting' = 'all') =>
    listTrips(trips, { search, chip }).map(({ tripId }) => tripId);
  expect(ids('')).toEqual(['old', 'young', 'driven']);
  expect(ids('CAB-7')).toEqual(['driven']);
  expect(ids('rider-old')).toEqual(['old']);
  expect(ids('', 'waiting')).toEqual(['old', 'young']);
  expect(countGroups(trips)).toMatchObject({ waiting: 2, on_trip: 1 });
});

it('MAP-21: the trip of a driver is the active one, not the queued one, nor one that has ended', () => {
  const trips = held(
    trip('over', 9, { state: 'completed', endedAt: 1, driverId: 'cab', slot: 'active' }),
    trip('next', 3, { state: 'accepted', driverId: 'cab', slot: 'queued' }),
    trip('now', 5, { state: 'in_progress', driverId: 'cab', slot: 'active' }),
  );
  expect(tripOfDriver(trips, 'cab')?.tripId).toBe('now');
  expect(tripOfDriver(trips, 'other')).toBeNull();
});
