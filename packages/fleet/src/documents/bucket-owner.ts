import { randomUUID } from 'node:crypto';
import type { ObjectStore } from '@rideline/platform/s3/object-store';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import { metaCollection } from '../store/meta-collection.ts';

/** Says whose bucket this is: the record's own id, once. */
const MARK = 'rideline-owner.json';
const META_ID = 'object-store';
const MARK_BYTES = 1024;

async function recordId(db: Database): Promise<string> {
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
 * Whether this record is the one that the bucket belongs to. What the record does not know is an orphan only then: in a bucket that is
 * shared with another region, or with a copy of the system, it is somebody's document.
 */
export async function ownsBucket(db: Database, store: ObjectStore): Promise<boolean> {
  const id = await recordId(db);
  const mark = Buffer.from(JSON.stringify({ record: id }));
  if ((await store.putOnce(MARK, mark, 'application/json')) === 'written') return true;
  return (await store.read(MARK, MARK_BYTES))?.equals(mark) ?? false;
}
