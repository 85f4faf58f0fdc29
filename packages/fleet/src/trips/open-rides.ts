import type { DriverId, RegionId, TripId } from '@rideline/contract';
import type { Database } from '../store/database.ts';
import { tripCollection } from './trip-collection.ts';

/** An open trip that a driver has now, not one that is queued. */
export interface OpenRide {
  readonly tripId: TripId;
  readonly driverId: DriverId;
}

/** Open trips with a driver, in the order of the drivers' ids, which the index of open trips has. @param after the last driver of the page before */
export async function openRides(
  db: Database,
  region: RegionId,
  after: DriverId | null,
  limit: number,
): Promise<OpenRide[]> {
  const found = await db
    .collection(tripCollection)
    .find(
      { open: true, slot: 'active', region, driverId: after === null ? { $exists: true } : { $gt: after } },
      { projection: { driverId: 1 }, sort: { driverId: 1 }, limit },
    )
    .toArray();
  return found.flatMap(({ _id, driverId }) =>
    driverId === undefined ? [] : [{ tripId: String(_id) as TripId, driverId }],
  );
}

/** Whether this driver has this trip now: a driver without it is not woken. */
export async function hasOpenRide(db: Database, region: RegionId, ride: OpenRide): Promise<boolean> {
  const { tripId, driverId } = ride;
  const open = { _id: tripId, region, driverId, open: true, slot: 'active' } as const;
  return (await db.collection(tripCollection).findOne(open, { projection: { _id: 1 } })) !== null;
}
