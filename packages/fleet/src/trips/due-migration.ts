import type { Database } from '../store/database.ts';
import { tripCollection } from './trip-collection.ts';

/** Rides that were stored before every state had a due time: without one the sweeper would never look for their drivers. */
export async function makeOpenTripsDue(db: Database): Promise<void> {
  await db
    .collection(tripCollection)
    .updateMany({ open: true, nextCheckAt: { $exists: false } }, { $set: { nextCheckAt: new Date() } });
}
