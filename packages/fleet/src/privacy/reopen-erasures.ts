import type { Database } from '../store/database.ts';
import { isDuplicateKey } from '../store/duplicate-key.ts';
import { erasureCollection } from './erasure-collection.ts';

/**
 * After a restore: every erasure that was not finished when the backup began runs again from its first step, since the backup may hold what
 * it had erased. It is safe to repeat.
 * @param since when the backup began
 * @returns the number of erasures that run again
 */
export async function reopenErasures(
  db: Database,
  { since, now }: { readonly since: Date; readonly now: Date },
): Promise<number> {
  const erasures = db.collection(erasureCollection);
  let reopened = 0;
  for await (const { _id, steps } of erasures.find({
    $or: [{ open: true }, { finishedAt: { $gte: since } }],
  })) {
    const fresh = {
      state: 'waiting' as const,
      open: true,
      blockedBy: null,
      steps: steps.map(({ name }) => ({ name, state: 'waiting' as const, touched: 0, finishedAt: null })),
      proof: null,
      finishedAt: null,
      nextCheckAt: now,
    };
    try {
      const { matchedCount } = await erasures.updateOne(
        { _id },
        { $set: fresh },
        { writeConcern: { w: 'majority' } },
      );
      reopened += matchedCount;
    } catch (error) {
      // Another erasure of the same person is open already.
      if (!isDuplicateKey(error)) throw error;
    }
  }
  return reopened;
}
