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

/**
 * Which trips have this need of attention. A process of an older version ends a trip without removing its silence: it would stay in the list
 * for ever.
 */
const ATTENTION_FILTERS: Readonly<Record<TripAttention, object>> = {
  driver_silent: { 'silence.since': { $exists: true }, open: true },
  fare_review: { 'state.review.heardAt': { $exists: true }, 'state.review.resolvedAt': null },
};

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
      ...(attention === undefined ? {} : { $and: [ATTENTION_FILTERS[attention]] }),
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
