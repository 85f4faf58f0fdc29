import type { Database } from '../store/database.ts';
import { tripCollection } from './trip-collection.ts';

/**
 * Gives open trips without a due time one: those stored before every state had one, and those that a relay of an older version has written
 * since. Without it the sweeper would never look for their drivers.
 * @returns their number
 */
export async function makeOpenTripsDue(db: Database): Promise<number> {
  const { modifiedCount } = await db.collection(tripCollection).updateMany(
    // `riderId`, which each trip has: with it the index of open trips serves, without it every trip ever stored is read.
    { open: true, riderId: { $exists: true }, nextCheckAt: { $exists: false } },
    { $set: { nextCheckAt: new Date() } },
  );
  return modifiedCount;
}
