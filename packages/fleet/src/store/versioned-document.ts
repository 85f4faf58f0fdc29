import { isDeepStrictEqual } from 'node:util';
import { CodedError, type RegionId } from '@rideline/contract';
import type { CollectionDefinition } from './collection-definition.ts';
import type { Database } from './database.ts';
import { isDuplicateKey } from './duplicate-key.ts';

/** A document that is only replaced as a whole; each write compares its version and raises it by one. */
interface Versioned {
  _id: string;
  region?: RegionId;
  version: number;
}

/**
 * Writes the next version of a document, provided that the stored one is still the version before it (version 1: none is stored). When the
 * stored one is `next` already, by its version and its fields `same`, the write is a repeat (its response was lost) and succeeds.
 * @throws CodedError CONFLICT with the stored version, 0 when there is none
 * @throws ValidationError when the document does not fit its schema
 */
export async function putVersioned<Stored extends Versioned>(
  db: Database,
  definition: CollectionDefinition<Stored>,
  next: Stored,
  same: readonly (keyof Stored)[],
): Promise<void> {
  const model = db.model<Versioned>(definition);
  const { _id, ...fields } = next;
  const own = next.region === undefined ? { _id } : { _id, region: next.region };
  try {
    if (next.version === 1) {
      await model.create([next], { w: 'majority' });
      return;
    }
    const { matchedCount } = await model.updateOne(
      { ...own, version: next.version - 1 },
      { $set: fields },
      { writeConcern: { w: 'majority' }, runValidators: true },
    );
    if (matchedCount === 1) return;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  const stored = (await model.findOne(own).lean()) as Stored | null;
  const isRepeat =
    stored?.version === next.version && same.every((field) => isDeepStrictEqual(stored[field], next[field]));
  if (isRepeat) return;
  throw new CodedError('CONFLICT', undefined, { version: stored?.version ?? 0 });
}
