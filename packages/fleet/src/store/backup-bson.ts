import type { Mongo } from '@rideline/platform/mongo/mongo';
import mongoose from 'mongoose';

const { BSON } = mongoose.mongo;
const INSERT_DOCUMENTS = 500;
const INSERT_BYTES = 8_000_000;
/** Longest BSON document that MongoDB stores. */
const DOCUMENT_BYTES = 16_800_000;
const SHORTEST_DOCUMENT_BYTES = 5;

function db(mongo: Mongo) {
  const { db: opened } = mongo.connection;
  if (opened === undefined) throw new Error('Mongo is not connected');
  return opened;
}

/** Names of the database's collections, sorted. */
export async function collectionNames(mongo: Mongo): Promise<string[]> {
  const list = await db(mongo).listCollections({}, { nameOnly: true }).toArray();
  return list
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('system.'))
    .sort();
}

export async function isCollectionEmpty(mongo: Mongo, name: string): Promise<boolean> {
  return (
    (await db(mongo)
      .collection(name)
      .findOne({}, { projection: { _id: 1 } })) === null
  );
}

export async function emptyCollection(mongo: Mongo, name: string): Promise<void> {
  await db(mongo).collection(name).deleteMany({});
}

/** Every document of a collection as raw BSON, so that types are preserved exactly. */
export async function* rawDocuments(mongo: Mongo, name: string): AsyncGenerator<Buffer> {
  const found = db(mongo).collection(name).find({}, { raw: true, batchSize: INSERT_DOCUMENTS });
  // With `raw` the driver gives each document as its bytes; its types do not say so.
  for await (const document of found) yield document as unknown as Buffer;
}

/**
 * Splits a byte stream of BSON documents, the format of mongodump, into documents.
 * @throws RangeError when it is truncated or not BSON
 */
export async function* splitDocuments(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (let length = lengthOf(held); length !== null && held.length >= length; length = lengthOf(held)) {
      yield held.subarray(0, length);
      held = held.subarray(length);
    }
  }
  if (held.length > 0) throw new RangeError('the file ends inside a document');
}

function lengthOf(held: Buffer): number | null {
  if (held.length < 4) return null;
  const length = held.readInt32LE(0);
  if (length < SHORTEST_DOCUMENT_BYTES || length > DOCUMENT_BYTES) {
    throw new RangeError(`not BSON: a document of ${length} bytes`);
  }
  return length;
}

/** Inserts raw BSON documents in bounded batches. @returns the number of documents */
export async function insertRaw(
  mongo: Mongo,
  name: string,
  documents: AsyncIterable<Buffer>,
): Promise<number> {
  const collection = db(mongo).collection(name);
  let batch: Record<string, unknown>[] = [];
  let bytes = 0;
  let count = 0;
  const write = async () => {
    if (batch.length > 0) await collection.insertMany(batch, { writeConcern: { w: 'majority' } });
    count += batch.length;
    batch = [];
    bytes = 0;
  };
  for await (const document of documents) {
    // Without promotion numbers keep their BSON type: an int64 stays an int64.
    batch.push(BSON.deserialize(document, { promoteValues: false, promoteLongs: false, bsonRegExp: true }));
    bytes += document.length;
    if (batch.length >= INSERT_DOCUMENTS || bytes >= INSERT_BYTES) await write();
  }
  await write();
  return count;
}
