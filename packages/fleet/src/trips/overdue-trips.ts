import type { RegionId, TripId } from '@rideline/contract';
import type { Database } from '../store/database.ts';
import { type StoredTrip, tripCollection } from './trip-collection.ts';

/** A trip whose `nextCheckAt` has passed. */
export type OverdueTrip = Pick<StoredTrip, '_id' | 'fruitlessChecks'>;

const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 16_000;
/** Counted no further: the longest wait is reached before. */
const MOST_CHECKS = 8;

/** Overdue trips, the longest overdue first. */
export async function overdueTrips(
  db: Database,
  region: RegionId,
  nowMs: number,
  limit: number,
): Promise<OverdueTrip[]> {
  return await db
    .collection(tripCollection)
    .find(
      { nextCheckAt: { $lte: new Date(nowMs) }, region },
      { projection: { _id: 1, fruitlessChecks: 1 }, sort: { nextCheckAt: 1 }, limit },
    )
    .toArray();
}

/** Open trips whose driver is silent. A process of an older version ends a trip without removing its silence. */
export async function countSilentTrips(db: Database, region: RegionId): Promise<number> {
  return await db
    .collection(tripCollection)
    .countDocuments({ 'silence.since': { $exists: true }, region, open: true });
}

/** Wait after a check that left the trip due: 2 s, doubled each time, at most 16 s. */
function waitAfter(fruitlessChecks: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** fruitlessChecks);
}

/**
 * Postpones the checked trips that are still due: whatever the check failed at, or waits for, must not be among the longest overdue again at
 * once, or some hundreds of such trips would fill every sweep and nothing else would be due in time. A trip that has moved on keeps its due
 * time.
 */
export async function postponeOverdue(
  db: Database,
  checked: readonly OverdueTrip[],
  nowMs: number,
): Promise<void> {
  const byChecks = new Map<number, TripId[]>();
  for (const { _id, fruitlessChecks = 0 } of checked)
    byChecks.set(fruitlessChecks, [...(byChecks.get(fruitlessChecks) ?? []), _id]);
  for (const [checks, ids] of byChecks) {
    await db.collection(tripCollection).updateMany(
      { _id: { $in: ids }, nextCheckAt: { $lte: new Date(nowMs) } },
      {
        $set: {
          nextCheckAt: new Date(nowMs + waitAfter(checks)),
          fruitlessChecks: Math.min(checks + 1, MOST_CHECKS),
        },
      },
    );
  }
}
