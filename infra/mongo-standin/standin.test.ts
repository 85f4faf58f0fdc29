import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { measureRates } from './rates.ts';
import { startReplyDropper } from './reply-dropper.ts';
import { buildStandin, type StandinProcess, startStandin } from './standin-process.ts';

/**
 * What the product relies on in its MongoDB server. With MONGODB_TEST_URI (a replica set) the same tests run against that server,
 * except those that kill the server or check what only the stand-in refuses.
 */

interface Doc extends mongoose.mongo.Document {
  _id: string;
}
type Collection = mongoose.mongo.Collection<Doc>;

const REAL_URI = process.env.MONGODB_TEST_URI;
const ON_STANDIN = REAL_URI === undefined;
const DB_NAME = `rideline_standin_test_${process.pid}`;
/** mongod sweeps once a minute. */
const TTL_DEADLINE_MS = ON_STANDIN ? 10_000 : 100_000;

let jar: string;
let dataDir: string;
let standin: StandinProcess | undefined;
let connection: mongoose.Connection;

if (!ON_STANDIN)
  console.log('MONGODB_TEST_URI is set: tests that kill, stop or misuse the server are skipped');

function database(): mongoose.mongo.Db {
  if (connection.db === undefined) throw new Error('not connected');
  return connection.db;
}

function collection(name: string): Collection {
  return database().collection<Doc>(name);
}

async function connect(uri: string): Promise<mongoose.Connection> {
  return mongoose
    .createConnection(uri, { dbName: DB_NAME, maxPoolSize: 60, serverSelectionTimeoutMS: 10_000 })
    .asPromise();
}

/** Stops the server with the signal and starts it again on the same data and port, as the launcher does. */
async function restart(signal: 'SIGTERM' | 'SIGKILL', onStopped?: () => void): Promise<void> {
  if (standin === undefined) throw new Error('no stand-in runs');
  const { port } = standin;
  await standin.stop(signal);
  onStopped?.();
  standin = await startStandin(jar, dataDir, port);
}

/** Code of the error that the promise rejects with; undefined when it resolves. */
async function errorCode(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return (error as mongoose.mongo.MongoServerError).code ?? error;
  }
}

beforeAll(async () => {
  if (ON_STANDIN) {
    jar = await buildStandin();
    dataDir = await mkdtemp(join(tmpdir(), 'standin-test-'));
    standin = await startStandin(jar, dataDir);
  }
  connection = await connect(REAL_URI ?? standin?.uri ?? '');
}, 600_000);

afterAll(async () => {
  // Every step runs even when the one before failed, so that nothing is left running.
  try {
    if (connection !== undefined) {
      await connection.dropDatabase();
      await connection.close(true);
    }
  } finally {
    await standin?.stop('SIGKILL');
    if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
  }
});

describe('concurrent writes', () => {
  test('MONGO-1: of 50 clients that compare and set the same version exactly one wins, in each of 200 rounds', async () => {
    const trips = collection('cas');
    await trips.insertOne({ _id: 'trip', version: 0 });
    for (let version = 0; version < 200; version++) {
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, client) =>
          trips.updateOne({ _id: 'trip', version }, { $set: { winner: client }, $inc: { version: 1 } }),
        ),
      );
      const winners = results.flatMap((result, client) => (result.modifiedCount === 1 ? [client] : []));
      expect(winners).toHaveLength(1);
      expect(await trips.findOne({ _id: 'trip' })).toEqual({
        _id: 'trip',
        version: version + 1,
        winner: winners[0],
      });
    }
  });

  test('MONGO-2: 5,000 concurrent increments of one document are all stored', async () => {
    const counters = collection('counters');
    await counters.insertOne({ _id: 'n', n: 0 });
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        for (let i = 0; i < 100; i++) await counters.updateOne({ _id: 'n' }, { $inc: { n: 1 } });
      }),
    );
    expect(await counters.findOne({ _id: 'n' })).toEqual({ _id: 'n', n: 5000 });
  });

  test('MONGO-3: a reader never sees half of an update', async () => {
    const pairs = collection('pairs');
    const fields = (n: number) =>
      Object.fromEntries(Array.from({ length: 40 }, (_, field) => [`f${field}`, n]));
    await pairs.insertOne({ _id: 'pair', ...fields(0), inner: fields(0) });
    let writing = true;
    const writer = (async () => {
      for (let n = 1; n <= 300; n++) {
        const inner = Object.fromEntries(
          Object.entries(fields(n)).map(([key, value]) => [`inner.${key}`, value]),
        );
        await pairs.updateOne({ _id: 'pair' }, { $set: { ...fields(n), ...inner } });
      }
      writing = false;
    })();
    const readers = Array.from({ length: 8 }, async () => {
      while (writing) {
        const [pair] = await pairs.find({ f0: { $gte: 0 } }).toArray();
        const values = [...Object.values(pair ?? {}), ...Object.values((pair?.inner ?? {}) as object)];
        expect(new Set(values.filter((value) => typeof value === 'number')).size).toBe(1);
      }
    });
    await Promise.all([writer, ...readers]);
  });
});

describe('unique partial indexes', () => {
  const SLOT = { name: 'one_open_per_slot', unique: true, partialFilterExpression: { open: true } } as const;
  let trips: Collection;

  beforeEach(async () => {
    trips = collection('slots');
    await trips.drop();
    await trips.createIndex({ driverId: 1, slot: 1 }, SLOT);
  });

  async function expectToHold(): Promise<void> {
    await trips.insertOne({ _id: 'open', driverId: 'd1', slot: 'active', open: true });
    expect(
      await errorCode(trips.insertOne({ _id: 'second', driverId: 'd1', slot: 'active', open: true })),
    ).toBe(11000);
    // Documents outside the filter are not restricted, and neither are other keys.
    await trips.insertOne({ _id: 'closed-1', driverId: 'd1', slot: 'active', open: false });
    await trips.insertOne({ _id: 'closed-2', driverId: 'd1', slot: 'active' });
    await trips.insertOne({ _id: 'queued', driverId: 'd1', slot: 'queued', open: true });
    // An update that moves a second document into the index is refused, whether by the filter's field or by the key.
    expect(await errorCode(trips.updateOne({ _id: 'closed-1' }, { $set: { open: true } }))).toBe(11000);
    expect(await errorCode(trips.updateOne({ _id: 'queued' }, { $set: { slot: 'active' } }))).toBe(11000);
    expect(
      await errorCode(
        trips.updateOne(
          { _id: 'new' },
          { $set: { driverId: 'd1', slot: 'active', open: true } },
          { upsert: true },
        ),
      ),
    ).toBe(11000);
    expect(await errorCode(trips.findOneAndUpdate({ _id: 'closed-2' }, { $set: { open: true } }))).toBe(
      11000,
    );
    expect(await trips.findOne({ _id: 'closed-1' })).toMatchObject({ open: false });
    // A document that leaves the index, or is removed, frees its key.
    await trips.updateOne({ _id: 'open' }, { $set: { open: false } });
    expect((await trips.updateOne({ _id: 'closed-1' }, { $set: { open: true } })).modifiedCount).toBe(1);
    await trips.deleteOne({ _id: 'closed-1' });
    await trips.insertOne({ _id: 'second', driverId: 'd1', slot: 'active', open: true });
    expect(await trips.countDocuments({ driverId: 'd1', slot: 'active', open: true })).toBe(1);
  }

  test(
    'MONGO-4: a unique partial index holds for the documents of its filter and for no others',
    expectToHold,
  );

  test.skipIf(!ON_STANDIN)(
    'MONGO-4: also right after a restart, clean or not, and with what was stored before',
    async () => {
      await trips.insertOne({ _id: 'before', driverId: 'd0', slot: 'active', open: true });
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        await restart(signal);
        const code = await errorCode(
          trips.insertOne({ _id: 'after', driverId: 'd0', slot: 'active', open: true }),
        );
        // Everything is compared, so that a failure shows whether a document, an index or its entries are missing.
        const found = {
          signal,
          code,
          documents: await trips.find().toArray(),
          indexes: await trips.indexes(),
        };
        expect(found).toMatchObject({ code: 11000, documents: [{ _id: 'before' }], indexes: [{}, SLOT] });
      }
      await expectToHold();
    },
  );

  test('MONGO-4: of 50 clients that open the same slot at once, one succeeds and the others get error 11000', async () => {
    const codes = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        errorCode(trips.insertOne({ _id: `t${n}`, driverId: 'd2', slot: 'active', open: true })),
      ),
    );
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    expect(codes.filter((code) => code === 11000)).toHaveLength(49);
  });

  test('MONGO-4: the error names the index', async () => {
    await trips.insertOne({ _id: 'open', driverId: 'd1', slot: 'active', open: true });
    const failure = await trips
      .insertOne({ _id: 'x', driverId: 'd1', slot: 'active', open: true })
      .catch((error) => error);
    expect(failure.message).toContain('index: one_open_per_slot dup key');
    expect(failure.keyPattern).toEqual({ driverId: 1, slot: 1 });
  });

  test('MONGO-5: indexes are listed as they were created, and a different one of the same name is refused', async () => {
    await trips.createIndexes([
      { key: { tMax: -1, driverId: 1 }, name: 'byTime' },
      { key: { expireAt: 1 }, name: 'ttl', expireAfterSeconds: 0 },
      { key: { riderId: 1 }, name: 'sparse', sparse: true },
    ]);
    const expected = [
      { v: 2, key: { _id: 1 }, name: '_id_' },
      { v: 2, key: { driverId: 1, slot: 1 }, ...SLOT },
      { v: 2, key: { tMax: -1, driverId: 1 }, name: 'byTime' },
      { v: 2, key: { expireAt: 1 }, name: 'ttl', expireAfterSeconds: 0 },
      { v: 2, key: { riderId: 1 }, name: 'sparse', sparse: true },
    ];
    expect(await trips.indexes()).toEqual(expected);
    if (ON_STANDIN) await restart('SIGKILL');
    expect(await trips.indexes()).toEqual(expected);
    // The same definition again changes nothing; the same name with another definition, or the reverse, is an error.
    await trips.createIndex({ driverId: 1, slot: 1 }, SLOT);
    expect(await errorCode(trips.createIndex({ driverId: 1, slot: 1 }, { ...SLOT, unique: false }))).toBe(86);
    expect(await errorCode(trips.createIndex({ tMax: -1, driverId: 1 }, { name: 'other' }))).toBe(85);
    await trips.dropIndex('byTime');
    await trips.dropIndex('sparse');
    expect((await trips.indexes()).map(({ name }) => name)).toEqual(['_id_', 'one_open_per_slot', 'ttl']);
  });

  test('MONGO-5: a unique index over duplicates is refused and leaves nothing behind; dropping an index keeps those of the same name elsewhere', async () => {
    const other = collection('namesakes');
    await other.createIndex({ a: 1 }, { name: 'same' });
    await trips.insertMany([
      { _id: '1', a: 1 },
      { _id: '2', a: 1 },
    ]);
    expect(await errorCode(trips.createIndex({ a: 1 }, { name: 'same', unique: true }))).toBe(11000);
    await trips.createIndex({ a: 1 }, { name: 'same' });
    await trips.dropIndex('same');
    expect((await other.indexes()).map(({ name }) => name)).toEqual(['_id_', 'same']);
  });
});

describe('retried writes', () => {
  test('MONGO-6: a write with the same session and transaction number is applied once and answered the same twice', async () => {
    const counters = collection('retried');
    await counters.insertOne({ _id: 'n', n: 0 });
    // A client of its own has a new session, so that the numbers below are its first.
    const own = await connect(REAL_URI ?? standin?.uri ?? '');
    await own.getClient().withSession(async (session) => {
      const write = async (number: number) =>
        own.db?.command(
          {
            update: 'retried',
            updates: [{ q: { _id: 'n' }, u: { $inc: { n: 1 } } }],
            txnNumber: mongoose.mongo.Long.fromNumber(number),
          },
          { session },
        );
      const first = await write(1);
      expect(first).toMatchObject({ n: 1, nModified: 1 });
      expect(await write(1)).toMatchObject({ n: 1, nModified: 1 });
      if (ON_STANDIN) {
        await restart('SIGKILL');
        expect(await write(1)).toMatchObject({ n: 1, nModified: 1 });
      }
      await write(2);
      expect(await errorCode(write(1))).toBe(225);
    });
    await own.close(true);
    expect(await counters.findOne({ _id: 'n' })).toEqual({ _id: 'n', n: 2 });
  });

  test.skipIf(!ON_STANDIN)(
    'MONGO-6: a batch of which kill -9 left a part is completed by its retry, each statement once (the real server is not killed)',
    async () => {
      const MANY = 4000;
      const counters = collection('retried_batch');
      const beside = collection('beside_batch');
      let sawPart = false;
      for (let round = 0; round < 10 && !sawPart; round++) {
        const own = await connect(`${standin?.uri ?? ''}&retryWrites=false`);
        await own.getClient().withSession(async (session) => {
          const write = async () =>
            own.db?.command(
              {
                update: 'retried_batch',
                updates: Array.from({ length: MANY }, (_, n) => ({
                  q: { _id: `${round}-${n}` },
                  u: { $inc: { n: 1 } },
                  upsert: true,
                })),
                ordered: false,
                txnNumber: mongoose.mongo.Long.fromNumber(1),
              },
              { session },
            );
          const ended = write().then(
            () => true,
            () => true,
          );
          // A write of somebody else makes a commit in the middle of the batch.
          await vi.waitFor(
            async () => {
              await beside.updateOne({ _id: 'n' }, { $inc: { n: 1 } }, { upsert: true });
              expect(await counters.findOne({ _id: `${round}-40` })).not.toBeNull();
            },
            { timeout: 30_000, interval: 1 },
          );
          await restart('SIGKILL');
          await ended;
          const left = await counters.countDocuments({ _id: { $regex: `^${round}-` } });
          sawPart ||= left > 0 && left < MANY;
          await vi.waitFor(async () => expect(await write()).toMatchObject({ n: MANY }), {
            timeout: 30_000,
            interval: 50,
          });
        });
        await own.close(true);
        const wrong = await counters.countDocuments({ _id: { $regex: `^${round}-` }, n: { $ne: 1 } });
        expect(wrong).toBe(0);
        expect(await counters.countDocuments({ _id: { $regex: `^${round}-` } })).toBe(MANY);
      }
      expect(sawPart).toBe(true);
    },
  );

  test('MONGO-6: a driver whose connection breaks before the response writes once', async () => {
    const { me, primary } = await database().admin().command({ hello: 1 });
    const target = new URL(`mongodb://${primary ?? me}`);
    const proxy = await startReplyDropper(target.hostname, Number(target.port || 27017));
    const uri = `mongodb://127.0.0.1:${proxy.port}/?directConnection=true&retryWrites=true`;
    const throughProxy = await mongoose.createConnection(uri, { dbName: DB_NAME }).asPromise();
    try {
      const counters = throughProxy.db?.collection<Doc>('dropped');
      if (counters === undefined) throw new Error('not connected');
      await counters.insertOne({ _id: 'n', n: 0 });
      for (let round = 1; round <= 10; round++) {
        proxy.dropNextReplyTo('update');
        expect((await counters.updateOne({ _id: 'n' }, { $inc: { n: 1 } })).modifiedCount).toBe(1);
      }
      proxy.dropNextReplyTo('insert');
      await counters.insertOne({ _id: 'inserted', n: 1 });
      expect(proxy.dropped()).toBe(11);
      expect(await counters.findOne({ _id: 'n' })).toEqual({ _id: 'n', n: 10 });
    } finally {
      await throughProxy.close(true);
      await proxy.close();
    }
  });
});

describe('expiring documents', () => {
  test('MONGO-7: a TTL index removes expired documents and nothing else', async () => {
    const tracks = collection('expiring');
    await tracks.createIndex({ expireAt: 1 }, { expireAfterSeconds: 0 });
    const soon = new Date(Date.now() - 1000);
    await tracks.insertMany([
      ...Array.from({ length: 500 }, (_, n) => ({ _id: `due-${n}`, expireAt: soon })),
      { _id: 'later', expireAt: new Date(Date.now() + 3_600_000) },
      { _id: 'never' },
      { _id: 'text', expireAt: '2001-01-01' },
    ]);
    await vi.waitFor(async () => expect(await tracks.countDocuments({})).toBe(3), {
      timeout: TTL_DEADLINE_MS,
      interval: 100,
    });
    expect((await tracks.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id)).toEqual([
      'later',
      'never',
      'text',
    ]);
  });
});

describe('updates and batches', () => {
  test('MONGO-8: a track block grows by upserts of dotted fields, and a fix that is sent twice is stored once', async () => {
    const tracks = collection('tracks');
    const flush = (seqs: number[], minT: number, maxT: number) =>
      tracks.updateOne(
        { _id: 'd1:boot:0' },
        {
          $set: Object.fromEntries(
            seqs.map((seq) => [`f.${seq}`, [minT + seq, 37.7, -122.4, null, null, 5, 0, 1, 0]]),
          ),
          $min: { tMin: new Date(minT), lowest: Math.min(...seqs) },
          $max: { tMax: new Date(maxT), expireAt: new Date(maxT + 1000) },
          $setOnInsert: { v: 1, region: 'main', driverId: 'd1', boot: 'boot', block: 0 },
        },
        { upsert: true },
      );
    expect(await flush([2, 3], 100, 200)).toMatchObject({
      upsertedCount: 1,
      matchedCount: 0,
      upsertedId: 'd1:boot:0',
    });
    expect(await flush([1, 2], 50, 150)).toMatchObject({
      upsertedCount: 0,
      matchedCount: 1,
      modifiedCount: 1,
    });
    const again = await tracks.findOne({ _id: 'd1:boot:0' });
    expect(again).toEqual({
      _id: 'd1:boot:0',
      v: 1,
      region: 'main',
      driverId: 'd1',
      boot: 'boot',
      block: 0,
      lowest: 1,
      tMin: new Date(50),
      tMax: new Date(200),
      expireAt: new Date(1200),
      f: {
        '1': [51, 37.7, -122.4, null, null, 5, 0, 1, 0],
        '2': [52, 37.7, -122.4, null, null, 5, 0, 1, 0],
        '3': [103, 37.7, -122.4, null, null, 5, 0, 1, 0],
      },
    });
    expect(await flush([1, 2], 50, 150)).toMatchObject({ matchedCount: 1, modifiedCount: 0 });
    expect(await tracks.findOne({ _id: 'd1:boot:0' })).toEqual(again);
  });

  test('MONGO-8: an outbox is pushed to and pulled from, and the last 32 command ids are kept', async () => {
    const trips = collection('outbox');
    await trips.insertOne({
      _id: 't',
      version: 0,
      outbox: [],
      commandIds: [],
      offers: [{ id: 'o1', state: 'open' }],
    });
    for (let version = 0; version < 40; version++) {
      await trips.updateOne(
        { _id: 't', version },
        {
          $inc: { version: 1 },
          $push: {
            outbox: { version, type: 'x' },
            commandIds: { $each: [`c${version}`], $slice: -32 },
          } as never,
        },
      );
    }
    await trips.updateOne({ _id: 't' }, { $pull: { outbox: { version: { $lt: 38 } } } as never });
    await trips.updateOne({ _id: 't', 'offers.id': 'o1' }, { $set: { 'offers.$.state': 'taken' } });
    await trips.updateOne(
      { _id: 't' },
      { $set: { 'offers.$[o].seen': true } },
      { arrayFilters: [{ 'o.id': 'o1' }] },
    );
    const trip = await trips.findOne({ _id: 't', offers: { $elemMatch: { id: 'o1', state: 'taken' } } });
    expect(trip?.outbox).toEqual([
      { version: 38, type: 'x' },
      { version: 39, type: 'x' },
    ]);
    expect(trip?.commandIds).toEqual(Array.from({ length: 32 }, (_, n) => `c${n + 8}`));
    expect(trip?.offers).toEqual([{ id: 'o1', state: 'taken', seen: true }]);
  });

  test('MONGO-9: an unordered batch applies everything it can and counts correctly', async () => {
    const items = collection('bulk');
    await items.createIndex({ key: 1 }, { unique: true });
    await items.insertOne({ _id: 'taken', key: 1 });
    const failure = await items
      .bulkWrite(
        [
          { insertOne: { document: { _id: 'a', key: 2 } } },
          { insertOne: { document: { _id: 'b', key: 1 } } },
          { insertOne: { document: { _id: 'taken', key: 3 } } },
          { insertOne: { document: { _id: 'c', key: 4 } } },
          { updateOne: { filter: { _id: 'c' }, update: { $set: { seen: true } } } },
          { updateOne: { filter: { _id: 'a' }, update: { $set: { key: 4 } } } },
          { updateOne: { filter: { _id: 'new' }, update: { $set: { key: 5 } }, upsert: true } },
          { deleteOne: { filter: { _id: 'taken' } } },
        ],
        { ordered: false },
      )
      .catch((error) => error);
    expect(failure).toBeInstanceOf(mongoose.mongo.MongoBulkWriteError);
    expect(
      failure.writeErrors.map((error: { index: number; code: number }) => [error.index, error.code]),
    ).toEqual([
      [1, 11000],
      [2, 11000],
      [5, 11000],
    ]);
    expect(failure.result).toMatchObject({
      insertedCount: 2,
      matchedCount: 1,
      modifiedCount: 1,
      upsertedCount: 1,
      deletedCount: 1,
    });
    expect(failure.result.upsertedIds).toEqual({ 6: 'new' });
    expect((await items.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id)).toEqual(['a', 'c', 'new']);
  });

  test('MONGO-9: a batch of many statements counts them by their place in the whole batch', async () => {
    const items = collection('long_bulk');
    await items.insertOne({ _id: 'taken', n: 0 });
    const upsert = (n: number) => ({
      updateOne: { filter: { _id: `new-${n}` }, update: { $set: { n } }, upsert: true },
    });
    const statements = Array.from({ length: 90 }, (_, n) =>
      n % 30 === 25 ? { insertOne: { document: { _id: 'taken', n } } } : upsert(n),
    );
    for (const ordered of [false, true]) {
      await items.deleteMany({ _id: { $ne: 'taken' } });
      const failure = await items.bulkWrite(statements, { ordered }).catch((error) => error);
      const failed: { index: number }[] = failure.writeErrors;
      expect(failed.map(({ index }) => index)).toEqual(ordered ? [25] : [25, 55, 85]);
      expect(failure.result.upsertedCount).toBe(ordered ? 25 : 87);
      // Their keys are no use: the driver counts them from the first statement of each kind.
      expect(Object.values(failure.result.upsertedIds)).toContain(ordered ? 'new-24' : 'new-89');
      expect(await items.countDocuments()).toBe(ordered ? 26 : 88);
    }
    const inserted = await items.insertMany(Array.from({ length: 50 }, (_, n) => ({ _id: `many-${n}`, n })));
    expect(inserted.insertedCount).toBe(50);
    const deletes = Array.from({ length: 50 }, (_, n) => ({ deleteOne: { filter: { _id: `many-${n}` } } }));
    expect((await items.bulkWrite(deletes)).deletedCount).toBe(50);
  });

  test('MONGO-9: an ordered batch stops at its first error', async () => {
    const items = collection('ordered');
    const failure = await items
      .insertMany([{ _id: 'a' }, { _id: 'a' }, { _id: 'b' }])
      .catch((error) => error);
    expect(failure.result.insertedCount).toBe(1);
    await errorCode(
      items.bulkWrite([
        { updateOne: { filter: { _id: 'a' }, update: { $set: { n: 1 } } } },
        { updateOne: { filter: { _id: 'a' }, update: { $set: { _id: 'z' } } } },
        { updateOne: { filter: { _id: 'a' }, update: { $set: { n: 2 } } } },
      ]),
    );
    expect(await items.find().toArray()).toEqual([{ _id: 'a', n: 1 }]);
  });

  test('MONGO-9: findAndModify reports what it did', async () => {
    const items = collection('modified');
    const meta = { includeResultMetadata: true } as const;
    const upsert = await items.findOneAndUpdate(
      { _id: 'a' },
      { $set: { n: 1 } },
      { ...meta, upsert: true, returnDocument: 'after' },
    );
    expect(upsert).toMatchObject({
      value: { _id: 'a', n: 1 },
      lastErrorObject: { n: 1, updatedExisting: false, upserted: 'a' },
    });
    const update = await items.findOneAndUpdate({ _id: 'a' }, { $inc: { n: 1 } }, meta);
    expect(update).toMatchObject({
      value: { _id: 'a', n: 1 },
      lastErrorObject: { n: 1, updatedExisting: true },
    });
    const miss = await items.findOneAndUpdate(
      { _id: 'b' },
      { $inc: { n: 1 } },
      { ...meta, projection: { n: 1 } },
    );
    expect(miss).toMatchObject({ value: null, lastErrorObject: { n: 0, updatedExisting: false } });
    expect(await items.findOneAndDelete({ _id: 'a' }, meta)).toMatchObject({
      value: { n: 2 },
      lastErrorObject: { n: 1 },
    });
    expect(await items.findOneAndDelete({ _id: 'a' }, meta)).toMatchObject({
      value: null,
      lastErrorObject: { n: 0 },
    });
  });
});

describe('queries', () => {
  const INDEXES = [
    { key: { a: 1, b: -1 }, name: 'compound' },
    { key: { b: 1 }, name: 'single' },
    { key: { tags: 1, a: 1 }, name: 'multikey' },
    { key: { 'o.x': 1 }, name: 'nested', sparse: true },
    { key: { b: 1, a: 1 }, name: 'partial', partialFilterExpression: { a: 2, b: { $exists: true } } },
  ] as const;
  const scalar = fc.constantFrom<unknown>(
    1,
    2,
    2.5,
    -3,
    'x',
    'y',
    true,
    false,
    null,
    new Date(0),
    new Date(5),
  );
  const array = fc.array(fc.constantFrom<unknown>(1, 2, 9, 'x', null), { maxLength: 3 });
  const shape = fc.record(
    {
      a: scalar,
      b: scalar,
      tags: fc.oneof(scalar, array),
      o: fc.oneof(scalar, fc.record({ x: fc.oneof(scalar, array) })),
    },
    { requiredKeys: [] },
  );
  const comparison = fc
    .tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte', '$eq', '$ne'), fc.oneof(scalar, array))
    .map(([operator, value]) => ({ [operator]: value }));
  const condition = fc.oneof(
    scalar,
    array,
    comparison,
    fc.tuple(comparison, comparison).map(([one, other]) => ({ ...one, ...other })),
    fc.array(scalar, { minLength: 1, maxLength: 3 }).map((values) => ({ $in: values })),
    fc.boolean().map((exists) => ({ $exists: exists })),
  );
  const id = fc.nat(40).map((n) => `d${n}`);
  const idCondition = fc.oneof(
    id,
    fc.array(id, { minLength: 1, maxLength: 5 }).map((ids) => ({ $in: ids })),
    fc
      .tuple(fc.constantFrom('$gt', '$gte', '$eq', '$ne'), id)
      .map(([operator, value]) => ({ [operator]: value })),
    fc.tuple(id, id).map(([from, to]) => ({ $gt: from, $lte: to })),
  );
  const filter = fc.record(
    { _id: idCondition, a: condition, b: condition, tags: condition, 'o.x': condition },
    { requiredKeys: [] },
  );

  test('MONGO-10: a query returns the same with and without indexes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(shape, { minLength: 5, maxLength: 40 }),
        fc.array(filter, { minLength: 20, maxLength: 20 }),
        async (shapes, filters) => {
          const plain = collection('plain');
          const indexed = collection('indexed');
          await Promise.all([plain.drop(), indexed.drop()]);
          await indexed.createIndexes([...INDEXES]);
          const documents = shapes.map((fields, n) => ({ _id: `d${n}`, ...fields }));
          await plain.insertMany(documents);
          // Half of them enter by an update, so that both ways into an index are used; some leave again.
          await indexed.insertMany(
            documents.map((document, n) =>
              n % 2 === 0 ? document : { _id: document._id, a: 2, b: 1, tags: [1, 2] },
            ),
          );
          await indexed.bulkWrite(
            documents.map((document) => ({
              replaceOne: { filter: { _id: document._id }, replacement: document },
            })),
          );
          await Promise.all(
            [plain, indexed].map((target) => target.deleteMany({ _id: { $in: ['d0', 'd1'] } })),
          );
          for (const filter of filters) {
            const ids = async (target: Collection) =>
              (await target.find(filter as never).toArray()).map(({ _id }) => _id).sort();
            expect(await ids(indexed), JSON.stringify(filter)).toEqual(await ids(plain));
            expect(await indexed.countDocuments(filter as never)).toBe(
              await plain.countDocuments(filter as never),
            );
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  test('MONGO-10: the queries of the product use their index', async () => {
    const items = collection('large');
    await items.createIndexes([
      { key: { driverId: 1, tMax: 1 }, name: 'by_driver_and_time' },
      { key: { nextCheckAt: 1 }, name: 'due' },
    ]);
    const documents = Array.from({ length: 40_000 }, (_, n) => ({
      _id: `i${String(n).padStart(6, '0')}`,
      driverId: `d${n % 2000}`,
      tMax: new Date(n * 1000),
      ...(n % 1000 === 0 && { nextCheckAt: new Date(n) }),
    }));
    for (let n = 0; n < documents.length; n += 5000)
      await items.insertMany(documents.slice(n, n + 5000), { ordered: false });
    expect(await items.countDocuments({ driverId: 'd7' })).toBe(20);
    expect(await items.countDocuments({ driverId: 'd7', tMax: { $gte: new Date(20_000_000) } })).toBe(10);
    expect(
      await items
        .find({ nextCheckAt: { $lte: new Date(10_000) } })
        .sort({ nextCheckAt: 1 })
        .toArray(),
    ).toHaveLength(11);
    // 2,000 queries that each read all documents would take minutes: the limit of the test is the assertion.
    for (let n = 0; n < 2000; n++) expect(await items.countDocuments({ driverId: `d${n}` })).toBe(20);
    let last = '';
    let paged = 0;
    for (let page = 0; page < 100; page++) {
      const found = await items
        .find({ _id: { $gt: last } })
        .sort({ _id: 1 })
        .limit(400)
        .toArray();
      expect(found.map(({ _id }) => _id)).toEqual(documents.slice(paged, paged + 400).map(({ _id }) => _id));
      paged += found.length;
      last = found.at(-1)?._id ?? '';
    }
    expect(paged).toBe(documents.length);
  }, 60_000);

  test('MONGO-10: long results of queries and aggregations arrive in batches', async () => {
    const items = collection('batches');
    await items.insertMany(Array.from({ length: 2500 }, (_, n) => ({ _id: `i${n}`, n, even: n % 2 === 0 })));
    const firstBatch = await database().command({ find: 'batches', filter: {} });
    expect(firstBatch.cursor.firstBatch).toHaveLength(101);
    const seen = new Set<string>();
    for await (const item of items.find({ even: true })) seen.add(item._id);
    expect(seen.size).toBe(1250);
    const aggregated = items.aggregate(
      [{ $match: { even: true } }, { $sort: { n: 1 } }, { $project: { n: 1 } }],
      { batchSize: 100 },
    );
    expect((await aggregated.toArray()).map(({ n }) => n)).toEqual(
      Array.from({ length: 1250 }, (_, n) => 2 * n),
    );
    expect(
      await items
        .aggregate([{ $group: { _id: '$even', sum: { $sum: '$n' } } }, { $sort: { _id: 1 } }])
        .toArray(),
    ).toEqual([
      { _id: false, sum: 1_562_500 },
      { _id: true, sum: 1_561_250 },
    ]);
  });
});

describe.skipIf(!ON_STANDIN)('a killed server', () => {
  test('MONGO-11: kill -9 during writes loses no acknowledged write, three times', async () => {
    const acked = new Map<string, number>();
    // Without retries, an error means that the write was not acknowledged.
    const ownConnection = await connect(`${standin?.uri}&retryWrites=false`);
    try {
      for (let round = 0; round < 3; round++) {
        const writing = writeUntilItBreaks(ownConnection, round, acked);
        await vi.waitFor(() => expect(writing.acked()).toBeGreaterThan(400), {
          timeout: 30_000,
          interval: 10,
        });
        await restart('SIGKILL', writing.stop);
        await writing.ended();
        await expectAllStored(acked);
      }
    } finally {
      await ownConnection.close(true);
    }
  });

  test('MONGO-11: what a majority read returned survives kill -9', async () => {
    const items = collection('seen');
    await items.insertOne({ _id: 'n', n: 0 });
    const own = await connect(`${standin?.uri}&retryWrites=false`);
    try {
      let seen = 0;
      const target = own.db?.collection<Doc>('seen');
      if (target === undefined) throw new Error('not connected');
      const breaks = async (step: () => Promise<unknown>) => {
        for (;;)
          if (
            !(await step().then(
              () => true,
              () => false,
            ))
          )
            return;
      };
      const clients = [
        ...Array.from({ length: 4 }, () => breaks(() => target.updateOne({ _id: 'n' }, { $inc: { n: 1 } }))),
        ...Array.from({ length: 4 }, () =>
          breaks(async () => {
            const found = await target.findOne({ _id: 'n' }, { readConcern: { level: 'majority' } });
            seen = Math.max(seen, found?.n ?? 0);
          }),
        ),
      ];
      await vi.waitFor(() => expect(seen).toBeGreaterThan(300), { timeout: 30_000, interval: 5 });
      await restart('SIGKILL');
      await own.close(true);
      await Promise.all(clients);
      expect((await items.findOne({ _id: 'n' }))?.n).toBeGreaterThanOrEqual(seen);
    } finally {
      await own.close(true);
    }
  });

  /** 8 clients, each with one document that counts its writes. */
  function writeUntilItBreaks(own: mongoose.Connection, round: number, acked: Map<string, number>) {
    const counters = own.db?.collection<Doc>('killed', { writeConcern: { w: 'majority' } });
    if (counters === undefined) throw new Error('not connected');
    let count = 0;
    let killed = false;
    const clients = Array.from({ length: 8 }, async (_, client) => {
      const id = `round-${round}-${client}`;
      // A write that waited for a connection when the server was killed is sent to the next one and succeeds: an error ends some clients only.
      for (let n = 1; !killed; n++) {
        try {
          await counters.updateOne(
            { _id: id },
            { $max: { n }, $set: { [`f.${n % 64}`]: [n, 37.7, -122.4] } },
            { upsert: true },
          );
        } catch {
          return; // The kill: this write was not acknowledged.
        }
        acked.set(id, n);
        count++;
        if (n > 20_000) throw new Error('was never killed');
      }
    });
    const stop = () => {
      killed = true;
    };
    return { acked: () => count, stop, ended: () => Promise.all(clients) };
  }

  async function expectAllStored(acked: Map<string, number>): Promise<void> {
    const stored = new Map(
      (await collection('killed').find().toArray()).map(({ _id, n }) => [_id, n as number]),
    );
    const lost = [...acked].filter(([id, n]) => (stored.get(id) ?? 0) < n);
    expect(lost).toEqual([]);
  }

  test('MONGO-12: SIGTERM during writes ends it with exit code 0 and keeps what was acknowledged', async () => {
    const items = collection('stopped');
    let acked = 0;
    const inserts = Promise.allSettled(
      Array.from({ length: 2000 }, async (_, n) => {
        await items.insertOne({ _id: `i${n}` });
        acked++;
        return `i${n}`;
      }),
    );
    await vi.waitFor(() => expect(acked).toBeGreaterThan(100), { timeout: 30_000, interval: 2 });
    if (standin === undefined) throw new Error('no stand-in runs');
    const { port } = standin;
    expect(await standin.stop('SIGTERM')).toBe(0);
    standin = await startStandin(jar, dataDir, port);
    // A driver retries once: an insert whose retry also failed may or may not have been applied.
    const acknowledged = (await inserts).flatMap((insert) =>
      insert.status === 'fulfilled' ? [insert.value] : [],
    );
    const stored = new Set((await items.find().toArray()).map(({ _id }) => _id));
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  });

  test('MONGO-13: a port in use, a folder in use and one that cannot be written give one line on stderr and exit code 1', async () => {
    if (standin === undefined) throw new Error('no stand-in runs');
    const elsewhere = await mkdtemp(join(tmpdir(), 'standin-test-'));
    const aFile = join(elsewhere, 'file');
    await writeFile(aFile, '');
    const run = promisify(execFile);
    const cases: [string[], RegExp][] = [
      [
        ['--port', `${standin.port}`, '--data', elsewhere],
        /^mongo-standin: cannot listen on 127\.0\.0\.1:\d+: .+\n$/,
      ],
      [['--port', '0', '--data', dataDir], /^mongo-standin: cannot open the data in .+\n$/],
      [['--port', '0', '--data', aFile], /^mongo-standin: cannot .+\n$/],
      [['--port', 'x', '--data', elsewhere], /^mongo-standin: --port must be .+\n$/],
      [['--data', elsewhere], /^mongo-standin: usage: .+\n$/],
    ];
    try {
      for (const [args, message] of cases) {
        const failure = await run('java', ['-jar', jar, ...args], { timeout: 20_000 }).catch(
          (error) => error,
        );
        expect(failure).toMatchObject({ code: 1, stdout: '' });
        expect(failure.stderr).toMatch(message);
      }
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
  });
});

describe.skipIf(!ON_STANDIN)('tools of the stand-in', () => {
  test('MONGO-15: the build script rebuilds only when the sources changed', async () => {
    const builtAt = (await stat(jar)).mtimeMs;
    expect(await buildStandin()).toBe(jar);
    expect((await stat(jar)).mtimeMs).toBe(builtAt);
  });

  test('MONGO-16: the rate probe measures single and bulk writes and leaves nothing behind', async () => {
    const { besideBulk, ...rates } = await measureRates(standin?.uri ?? '', 100);
    expect(besideBulk.count).toBeGreaterThan(0);
    expect(besideBulk.p95Ms).toBeGreaterThanOrEqual(besideBulk.p50Ms);
    for (const { least, median, greatest } of Object.values(rates)) {
      expect(least).toBeGreaterThan(0);
      expect([least, median, greatest]).toEqual([least, median, greatest].sort((a, b) => a - b));
    }
    const { databases } = await database().admin().listDatabases({ nameOnly: true });
    expect(databases.filter(({ name }) => name.startsWith('rates_'))).toEqual([]);
  });
});

describe.skipIf(!ON_STANDIN)('what the stand-in cannot do', () => {
  test('MONGO-14: it returns an error and never fails silently', async () => {
    const items = collection('refused');
    await items.insertOne({ _id: 'a', n: 1 });
    const session = await connection.startSession();
    session.startTransaction();
    const attempts = {
      transaction: items.insertOne({ _id: 'tx' }, { session }),
      collation: items.find({}, { collation: { locale: 'en' } }).toArray(),
      'collation in an update': items.updateOne(
        { _id: 'a' },
        { $set: { n: 2 } },
        { collation: { locale: 'en' } },
      ),
      'pipeline update': items.updateOne({ _id: 'a' }, [{ $set: { n: 2 } }]),
      'pipeline find-and-modify': items.findOneAndUpdate({ _id: 'a' }, [{ $set: { n: 2 } }]),
      $bit: items.updateOne({ _id: 'a' }, { $bit: { n: { and: 0 } } } as never),
      'text index': items.createIndex({ name: 'text' }),
      'geo index': items.createIndex({ at: '2dsphere' }),
      'index with a collation': items.createIndex({ name: 1 }, { collation: { locale: 'en' } }),
      $near: items.find({ at: { $near: [0, 0] } }).toArray(),
      $where: items.find({ $where: 'true' }).toArray(),
      'capped collection': database().createCollection('capped', { capped: true, size: 1000 }),
      validator: database().createCollection('checked', { validator: { $jsonSchema: {} } }),
      'change stream': items.watch().next(),
      $unionWith: items.aggregate([{ $unionWith: 'other' }]).toArray(),
      explain: items.find().explain(),
      rename: items.rename('renamed'),
    };
    const outcomes = await Promise.allSettled(Object.values(attempts));
    const accepted = Object.keys(attempts).filter((_, n) => outcomes[n]?.status === 'fulfilled');
    await session.endSession();
    expect(accepted).toEqual([]);
    expect(await items.find().toArray()).toEqual([{ _id: 'a', n: 1 }]);
  });
});
