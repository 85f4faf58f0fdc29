import type { RegionId } from '@rideline/contract';
import { candidateCollection } from '../matching/candidate-collection.ts';
import type { Database, TypedCollection } from '../store/database.ts';
import { trackCollection } from '../tracks/track-collection.ts';

const DAY_MS = 86_400_000;

/** The collections whose documents live for the region's retention. */
function retained(db: Database): TypedCollection<{ region: RegionId; expireAt: Date }>[] {
  return [db.collection<Retained>(trackCollection), db.collection<Retained>(candidateCollection)];
}

type Retained = { region: RegionId; expireAt: Date };

/**
 * After a retention was shortened: nothing that is stored outlives the new one, counted from now. A longer one holds for what comes.
 * @returns documents that will go sooner
 */
export async function applyRetention(
  db: Database,
  region: RegionId,
  retentionDays: number,
  now: Date,
): Promise<number> {
  const latest = new Date(now.getTime() + retentionDays * DAY_MS);
  let changed = 0;
  for (const collection of retained(db)) {
    const { modifiedCount } = await collection.updateMany(
      { expireAt: { $gt: latest }, region },
      { $set: { expireAt: latest } },
    );
    changed += modifiedCount;
  }
  return changed;
}
