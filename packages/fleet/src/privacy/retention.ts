import type { RegionId } from '@rideline/contract';
import { candidateCollection } from '../matching/candidate-collection.ts';
import type { Database, TypedCollection } from '../store/database.ts';
import { trackCollection } from '../tracks/track-collection.ts';

const DAY_MS = 86_400_000;

/** The collections whose documents expire by the region's retention. */
function retained(db: Database): TypedCollection<{ region: RegionId; expireAt: Date }>[] {
  return [db.collection<Retained>(trackCollection), db.collection<Retained>(candidateCollection)];
}

type Retained = { region: RegionId; expireAt: Date };

/**
 * Applies a shortened retention to stored documents: they expire at the latest after the new retention, counted from now. A longer retention
 * applies to new documents only.
 * @returns the number of documents that now expire earlier
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
