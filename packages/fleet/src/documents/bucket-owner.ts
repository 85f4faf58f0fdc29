import type { ObjectStore } from '@rideline/platform/s3/object-store';
import type { Database } from '../store/database.ts';
import { databaseId } from '../store/database-id.ts';

/** Object that names the owner of a bucket: the id of its database, written once. */
const MARK = 'rideline-owner.json';
const MARK_BYTES = 1024;

/**
 * Whether the bucket belongs to this database. Only then is an unknown object an orphan: in a bucket shared with another region, or with a
 * copy of the system, it may belong to a document of that database.
 */
export async function ownsBucket(db: Database, store: ObjectStore): Promise<boolean> {
  const id = await databaseId(db);
  const mark = Buffer.from(JSON.stringify({ record: id }));
  if ((await store.putOnce(MARK, mark, 'application/json')) === 'written') return true;
  return (await store.read(MARK, MARK_BYTES))?.equals(mark) ?? false;
}
