import type { DriverId, RegionId, RiderId, TripId, TripStateName } from '@rideline/contract';
import { listPage, type PageAsked, type PageCursor } from '../store/list-page.ts';
import type { Models, StoredTrip } from '../store/models.ts';

export interface TripFilter {
  readonly state?: TripStateName | undefined;
  readonly open?: boolean | undefined;
  readonly riderId?: RiderId | undefined;
  readonly driverId?: DriverId | undefined;
}

/** Left out of lists: a trip's past is asked for by itself. */
const NOT_LISTED = { events: 0, outbox: 0, commandIds: 0 } as const;
const READ_MS = 5000;

/** One page of trips, newest first; trips that are added meanwhile disturb nothing. @returns next: null when this was the last one */
export function listTrips(
  models: Pick<Models, 'trips'>,
  region: RegionId,
  asked: TripFilter,
  page: PageAsked,
): Promise<{ documents: StoredTrip[]; next: PageCursor | null }> {
  const { state, open, riderId, driverId } = asked;
  return listPage<StoredTrip>(models.trips.collection, {
    filter: {
      region,
      ...(state === undefined ? {} : { 'state.name': state }),
      ...(open === undefined ? {} : { open }),
      ...(riderId === undefined ? {} : { riderId }),
      ...(driverId === undefined ? {} : { driverId }),
    },
    projection: NOT_LISTED,
    time: 'createdAt',
    ...page,
  });
}

/** Trips by id, those that exist, without their past. */
export async function tripsById(
  models: Pick<Models, 'trips'>,
  region: RegionId,
  ids: readonly TripId[],
): Promise<StoredTrip[]> {
  const found = await models.trips.collection
    .find(
      { _id: { $in: [...new Set(ids)] as never[] }, region },
      { projection: NOT_LISTED, readPreference: 'secondaryPreferred', maxTimeMS: READ_MS },
    )
    .toArray();
  return found as unknown as StoredTrip[];
}
