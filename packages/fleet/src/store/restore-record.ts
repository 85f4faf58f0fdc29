import { SCHEMA_VERSION } from './collection-definition.ts';
import type { Database } from './database.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { metaCollection, type StoredRestore } from './meta-collection.ts';

/**
 * The record of a restore, in `meta`, which a restore does not replace. It is written before the first document, so that a MongoDB that
 * holds a part of a backup only says so; it says how far the restore is; and it keeps a second restore out while one runs.
 */
const RECORD_ID = 'restore';
/** A killed restore is continued by the next one after this time at most. */
export const RESTORE_LEASE_MS = 15_000;

export async function readRestore(db: Database): Promise<StoredRestore | null> {
  return (await db.collection(metaCollection).findOne({ _id: RECORD_ID }))?.restore ?? null;
}

/** The restore that was begun and is not finished; null when MongoDB holds all that it should. */
export async function unfinishedRestore(db: Database): Promise<StoredRestore | null> {
  const found = await readRestore(db);
  return found === null || found.finishedAt !== null ? null : found;
}

/**
 * Writes the record for its holder, unless another holder's time has not run out.
 * @param leaseMs 0: the holder stops, and another one may continue at once
 * @returns whether it was written
 */
export async function writeRestore(
  db: Database,
  record: Omit<StoredRestore, 'until'>,
  { nowMs, leaseMs = RESTORE_LEASE_MS }: { readonly nowMs: number; readonly leaseMs?: number },
): Promise<boolean> {
  const restore: StoredRestore = { ...record, until: new Date(nowMs + leaseMs) };
  const isFree = [
    { 'restore.holder': record.holder },
    { 'restore.until': { $lte: new Date(nowMs) } },
    { 'restore.finishedAt': { $ne: null } },
  ];
  try {
    const { matchedCount, upsertedCount } = await db
      .collection(metaCollection)
      .updateOne(
        { _id: RECORD_ID, $or: isFree },
        { $set: { v: SCHEMA_VERSION, restore } },
        { upsert: true, writeConcern: { w: 'majority' } },
      );
    return matchedCount + upsertedCount === 1;
  } catch (error) {
    // The record is there and held: the upsert then tries to insert a second one.
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
