import type { Mongo } from '@rideline/platform/mongo/mongo';
import mongoose from 'mongoose';
import { failedWrites } from './bulk-errors.ts';
import { isDuplicateKey } from './duplicate-key.ts';

const { BSON, MongoNotConnectedError } = mongoose.mongo;
const INSERT_DOCUMENTS = 500;
const INSERT_BYTES = 8_000_000;
const REMOVED_AT_ONCE = 2000;
/** Without promotion numbers keep their BSON type: an int64 stays an int64. */
const EXACT = { promoteValues: false, promoteLongs: false, bsonRegExp: true } as const;
/** Longest BSON document that MongoDB stores. */
const DOCUMENT_BYTES = 16_800_000;
const SHORTEST_DOCUMENT_BYTES = 5;

function db(mongo: Mongo) {
  const { db: opened } = mongo.connection;
  if (opened === undefined) throw new MongoNotConnectedError('MongoDB is not connected');
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

/** How many documents a collection has, about: for progress. */
export function estimatedCount(mongo: Mongo, name: string): Promise<number> {
  return db(mongo).collection(name).estimatedDocumentCount();
}

/**
 * Removes every document, a bounded number at a time: one command for a large collection takes longer than a connection may be silent.
 * @param beforeEach called before each removal with the number of documents removed by the one before; rejecting ends it
 */
export async function emptyCollection(
  mongo: Mongo,
  name: string,
  beforeEach: (removed: number) => Promise<void> = async () => undefined,
): Promise<void> {
  const collection = db(mongo).collection(name);
  for (let removed = 0; ; ) {
    await beforeEach(removed);
    const some = await collection.find({}, { projection: { _id: 1 }, limit: REMOVED_AT_ONCE }).toArray();
    if (some.length === 0) return;
    removed = (await collection.deleteMany({ _id: { $in: some.map(({ _id }) => _id) } })).deletedCount;
  }
}

/** The `_id` of a raw document as a document of its own, in BSON: exact for every type of id. */
export function idOf(document: Buffer): Buffer {
  const { _id } = BSON.deserialize(document, EXACT);
  return Buffer.from(BSON.serialize({ _id }));
}

/**
 * Whether reading can continue after an id: MongoDB's `$gt` reaches only ids of the same type, so a collection with several types of ids is
 * read from its beginning.
 */
export async function hasOneTypeOfId(mongo: Mongo, name: string): Promise<boolean> {
  const collection = db(mongo).collection(name);
  const [first, last] = await Promise.all(
    ([1, -1] as const).map((order) =>
      collection.findOne({}, { sort: { _id: order }, projection: { _id: 1 } }),
    ),
  );
  const typeOf = (found: { readonly _id: unknown } | null | undefined) => {
    const { _bsontype = null } = (found?._id ?? {}) as { _bsontype?: string | null };
    return `${typeof found?._id} ${_bsontype}`;
  };
  return typeOf(first) === typeOf(last);
}

/**
 * Every document of a collection as raw BSON, so that types are preserved exactly, in the order of `_id`.
 * @param after from `idOf`: continues behind this document; null: from the beginning
 */
export async function* rawDocuments(
  mongo: Mongo,
  name: string,
  after: Buffer | null = null,
): AsyncGenerator<Buffer> {
  const filter = after === null ? {} : { _id: { $gt: BSON.deserialize(after, EXACT)._id } };
  const found = db(mongo)
    .collection(name)
    .find(filter, { raw: true, batchSize: INSERT_DOCUMENTS, sort: { _id: 1 } });
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

/** The documents in batches that one insert may hold. */
export async function* inBatches(documents: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let batch: Buffer[] = [];
  let bytes = 0;
  for await (const document of documents) {
    if (batch.length > 0 && bytes + document.length > INSERT_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(document);
    bytes += document.length;
    if (batch.length < INSERT_DOCUMENTS) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

/** As `putRaw`, but a document that is there already stays, and one that a unique index refuses is left out. */
export async function putMissingRaw(mongo: Mongo, name: string, batch: readonly Buffer[]): Promise<void> {
  const documents = batch.map((document) => BSON.deserialize(document, EXACT));
  try {
    await db(mongo)
      .collection(name)
      .insertMany(documents, { ordered: false, writeConcern: { w: 'majority' } });
  } catch (error) {
    const failed = failedWrites(error);
    if (failed === null || !failed.every(isDuplicateKey)) throw error;
  }
}

/**
 * Stores raw BSON documents; one whose `_id` is there already is replaced, so that a batch may be stored twice.
 * @throws the driver's error, also for a document that violates another unique index
 */
export async function putRaw(mongo: Mongo, name: string, batch: readonly Buffer[]): Promise<void> {
  const collection = db(mongo).collection(name);
  const documents = batch.map((document) => BSON.deserialize(document, EXACT));
  try {
    await collection.insertMany(documents, { ordered: false, writeConcern: { w: 'majority' } });
  } catch (error) {
    const failed = failedWrites(error);
    if (failed === null || !failed.every(isDuplicateKey)) throw error;
    const replacements = failed.map(({ index }) => {
      const { _id, ...replacement } = documents[index] as Record<string, unknown>;
      // The _id of a raw document has any BSON type; the untyped collection allows an ObjectId only.
      return { replaceOne: { filter: { _id: _id as never }, replacement, upsert: true } };
    });
    await collection.bulkWrite(replacements, { ordered: false, writeConcern: { w: 'majority' } });
  }
}
