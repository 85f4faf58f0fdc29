import { randomUUID } from 'node:crypto';
import type { ObjectStore } from '@rideline/platform/s3/object-store';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import { metaCollection } from '../store/meta-collection.ts';

/** Object that names the owner of a bucket: the id of its database, written once. */
const MARK = 'rideline-owner.json';
const META_ID = 'object-store';
const MARK_BYTES = 1024;

async function databaseId(db: Database): Promise<string> {
  const meta = db.collection(metaCollection);
  const filter = { _id: META_ID };
  await meta.updateOne(
    filter,
    { $setOnInsert: { v: SCHEMA_VERSION, holder: randomUUID() } },
    { upsert: true },
  );
  return String((await meta.findOne(filter))?.holder);
}

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
