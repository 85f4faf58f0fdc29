import { randomUUID } from 'node:crypto';
import { SCHEMA_VERSION } from './collection-definition.ts';
import type { Database } from './database.ts';
import { metaCollection } from './meta-collection.ts';
import { readRestore } from './restore-record.ts';

/** From when only the bucket's owner needed it. */
const META_ID = 'object-store';

/** An id that this database gets once and keeps, also when a backup is restored into it. */
export async function databaseId(db: Database): Promise<string> {
  const meta = db.collection(metaCollection);
  const filter = { _id: META_ID };
  await meta.updateOne(
    filter,
    { $setOnInsert: { v: SCHEMA_VERSION, holder: randomUUID() } },
    { upsert: true },
  );
  return String((await meta.findOne(filter))?.holder);
}

/** Identifies the database and what was last restored into it: parts read under two of these do not belong together. */
export async function contentId(db: Database): Promise<string> {
  const restored = (await readRestore(db))?.run ?? 'nothing restored';
  return `${await databaseId(db)} ${restored}`;
}
