import { randomUUID } from 'node:crypto';
import type { ObjectStore } from '@rideline/platform/s3/object-store';
import type { Models } from '../store/models.ts';
import { SCHEMA_VERSION } from '../store/schema-parts.ts';

/** Says whose bucket this is: the record's own id, once. */
const MARK = 'rideline-owner.json';
const META_ID = 'object-store';
const MARK_BYTES = 1024;

async function recordId(models: Pick<Models, 'meta'>): Promise<string> {
  const meta = models.meta.collection;
  const filter = { _id: META_ID as never };
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
export async function ownsBucket(models: Pick<Models, 'meta'>, store: ObjectStore): Promise<boolean> {
  const id = await recordId(models);
  const mark = Buffer.from(JSON.stringify({ record: id }));
  if ((await store.putOnce(MARK, mark, 'application/json')) === 'written') return true;
  return (await store.read(MARK, MARK_BYTES))?.equals(mark) ?? false;
}
