import type { TripSummary } from '@rideline/contract';
import { groupOf, type TripGroup, type Trips } from './trip-store.ts';

export type TripChip = 'all' | TripGroup;

export interface TripQuery {
  readonly search: string;
  readonly chip: TripChip;
}

export const INITIAL_TRIP_QUERY: TripQuery = { search: '', chip: 'all' };

const GROUP_ORDER: Readonly<Record<TripGroup, number>> = {
  waiting: 0,
  offered: 1,
  pickup: 2,
  on_trip: 3,
  ended: 4,
};

/** The trips that the list shows: waiting trips first, the longest wait on top. */
export function listTrips(trips: Trips, { search, chip }: TripQuery): TripSummary[] {
  const needle = search.trim().toLowerCase();
  const rows = [...trips.values()].filter((trip) => {
    if (chip !== 'all' && groupOf(trip.state) !== chip) return false;
    return (
      needle === '' ||
      [trip.tripId, trip.riderId, trip.driverId ?? ''].some((id) => id.toLowerCase().includes(needle))
    );
  });
  return rows.sort(
    (a, b) =>
      GROUP_ORDER[groupOf(a.state)] - GROUP_ORDER[groupOf(b.state)] ||
      a.requestedAt - b.requestedAt ||
      (a.tripId < b.tripId ? -1 : 1),
  );
}
