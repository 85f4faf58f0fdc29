import type { DriverId, RegionId, RiderId, TripAttention, TripId, TripStateName } from '@rideline/contract';
import type { Database } from '../store/database.ts';
import { listPage, type PageCursor, type PageRequest } from '../store/list-page.ts';
import { type StoredTrip, tripCollection } from './trip-collection.ts';

export interface TripFilter {
  readonly state?: TripStateName | undefined;
  readonly open?: boolean | undefined;
  readonly attention?: TripAttention | undefined;
  readonly riderId?: RiderId | undefined;
  readonly driverId?: DriverId | undefined;
}

/** Projection of lists: events have a route of their own. */
const NOT_LISTED = { events: 0, outbox: 0, commandIds: 0 } as const;
const READ_MS = 5000;

/** The field that only trips with this need of attention have. */
const FIELD_OF_ATTENTION = {
  driver_silent: 'silence.since',
  fare_review: 'state.review.heardAt',
} as const satisfies Record<TripAttention, string>;

/** One page of trips, newest first; trips added between pages do not shift them. @returns next: null on the last page */
export function listTrips(
  db: Database,
  region: RegionId,
  query: TripFilter,
  page: PageRequest,
): Promise<{ documents: StoredTrip[]; next: PageCursor | null }> {
  const { state, open, attention, riderId, driverId } = query;
  return listPage<StoredTrip>(db.model(tripCollection), {
    filter: {
      region,
      ...(state === undefined ? {} : { 'state.name': state }),
      ...(open === undefined ? {} : { open }),
      ...(attention === undefined ? {} : { [FIELD_OF_ATTENTION[attention]]: { $exists: true } }),
      ...(riderId === undefined ? {} : { riderId }),
      ...(driverId === undefined ? {} : { driverId }),
    },
    projection: NOT_LISTED,
    time: 'createdAt',
    ...page,
  });
}

/** The existing trips among these ids, without their events. */
export async function tripsById(
  db: Database,
  region: RegionId,
  ids: readonly TripId[],
): Promise<StoredTrip[]> {
  const found = await db
    .collection(tripCollection)
    .find(
      { _id: { $in: [...new Set(ids)] }, region },
      { projection: NOT_LISTED, readPreference: 'secondaryPreferred', maxTimeMS: READ_MS },
    )
    .toArray();
  return found;
}
