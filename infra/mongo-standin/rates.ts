import { parseArgs } from 'node:util';
import mongoose from 'mongoose';

/**
 * Measures W, the write rates of a MongoDB server. Targets that include writes to MongoDB are stated as a share of W.
 * Usage: node infra/mongo-standin/rates.ts --uri URI [--json] [--run-ms 1000]
 */

/** Documents with our own ids. */
type Collection = mongoose.mongo.Collection<{ _id: string } & Record<string, unknown>>;

/** Writes done per second in each of the runs. */
export interface Rate {
  median: number;
  least: number;
  greatest: number;
}

export interface Rates {
  /** Compare-and-set of one document by `{_id, version}`, one at a time per client. */
  single1: Rate;
  single16: Rate;
  /** Upserts of track blocks of 8 fixes (about 1 KB), 500 in one unordered command per client. */
  bulk1: Rate;
  bulk4: Rate;
  /** How long a single write takes while four clients write such bulks, ms. */
  besideBulk: { readonly count: number; readonly p50Ms: number; readonly p95Ms: number };
}

const RUNS = 5;
const BULK_SIZE = 500;
const FIXES_PER_BLOCK = 8;
const DOCUMENTS_PER_CLIENT = 50;

/** One client's next write; resolves to the number of documents written. */
type Writer = () => Promise<number>;

/**
 * Writes into a database of its own and drops it afterwards.
 * @param uri address of the server; the database in it is not touched
 * @param runMs length of one run; each figure is the median of five
 */
export async function measureRates(uri: string, runMs: number): Promise<Rates> {
  const connection = await mongoose
    .createConnection(uri, { dbName: `rates_${process.pid}`, maxPoolSize: 16 })
    .asPromise();
  try {
    const { db } = connection;
    if (db === undefined) throw new Error('connected without a database');
    const trips: Collection = db.collection('trips');
    const tracks: Collection = db.collection('tracks');
    await tracks.createIndex({ driverId: 1, tMax: 1 });
    return {
      single1: await measure(await Promise.all(clients(1, (client) => singleWriter(trips, client))), runMs),
      single16: await measure(await Promise.all(clients(16, (client) => singleWriter(trips, client))), runMs),
      bulk1: await measure(
        clients(1, (client) => bulkWriter(tracks, client)),
        runMs,
      ),
      bulk4: await measure(
        clients(4, (client) => bulkWriter(tracks, client)),
        runMs,
      ),
      besideBulk: await latencyBeside(
        await singleWriter(trips, 16),
        clients(4, (client) => bulkWriter(tracks, client)),
        runMs * RUNS,
      ),
    };
  } finally {
    await connection.dropDatabase();
    await connection.close();
  }
}

function clients<T>(count: number, make: (client: number) => T): T[] {
  return Array.from({ length: count }, (_, client) => make(client));
}

async function singleWriter(trips: Collection, client: number): Promise<Writer> {
  const versions = Array.from({ length: DOCUMENTS_PER_CLIENT }, () => 1);
  await trips.bulkWrite(
    versions.map((version, n) => ({
      replaceOne: {
        filter: { _id: `trip-${client}-${n}` },
        replacement: { version, state: 'searching', events: [{ type: 'requested', at: new Date(0) }] },
        upsert: true,
      },
    })),
  );
  let turn = 0;
  return async () => {
    const n = turn++ % versions.length;
    const version = versions[n] ?? 1;
    const result = await trips.updateOne(
      { _id: `trip-${client}-${n}`, version },
      { $set: { version: version + 1 } },
    );
    if (result.modifiedCount !== 1) throw new Error('an uncontended compare-and-set failed');
    versions[n] = version + 1;
    return 1;
  };
}

function bulkWriter(tracks: Collection, client: number): Writer {
  const driverId = `driver-${client}-${Math.random()}`;
  let block = 0;
  return async () => {
    await tracks.bulkWrite(
      Array.from({ length: BULK_SIZE }, () => trackUpsert(driverId, block++)),
      { ordered: false },
    );
    return BULK_SIZE;
  };
}

function trackUpsert(driverId: string, block: number) {
  const t = 1_700_000_000_000 + block * 64_000;
  const fixes: Record<string, unknown> = {};
  for (let seq = 0; seq < FIXES_PER_BLOCK; seq++) {
    fixes[`f.${block * 64 + seq}`] = [
      t + seq * 1000,
      37.77 + seq / 1e4,
      -122.41,
      8.5,
      270,
      5,
      0,
      t + seq * 1000 + 80,
      0,
    ];
  }
  return {
    updateOne: {
      filter: { _id: `${driverId}:boot:${block}` },
      update: {
        $set: fixes,
        $min: { tMin: new Date(t) },
        $max: { tMax: new Date(t + 7000), expireAt: new Date(4_000_000_000_000) },
        $setOnInsert: { v: 1, region: 'main', driverId, boot: 'boot', block },
      },
      upsert: true,
    },
  };
}

async function measure(writers: Writer[], runMs: number): Promise<Rate> {
  await run(writers, runMs); // Warms the server up; not counted.
  const rates: number[] = [];
  for (let n = 0; n < RUNS; n++) rates.push(await run(writers, runMs));
  rates.sort((a, b) => a - b);
  const at = (n: number) => Math.round(rates[n] ?? 0);
  return { median: at(Math.floor(RUNS / 2)), least: at(0), greatest: at(RUNS - 1) };
}

/** One write after the other, while the others write as fast as they can. */
async function latencyBeside(write: Writer, others: Writer[], runMs: number): Promise<Rates['besideBulk']> {
  const beside = run(others, runMs);
  const startedAt = performance.now();
  const latenciesMs: number[] = [];
  while (performance.now() - startedAt < runMs) {
    const sentAt = performance.now();
    await write();
    latenciesMs.push(performance.now() - sentAt);
  }
  await beside;
  latenciesMs.sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(10 * (latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0)) / 10;
  return { count: latenciesMs.length, p50Ms: at(0.5), p95Ms: at(0.95) };
}

async function run(writers: Writer[], runMs: number): Promise<number> {
  const startedAt = performance.now();
  const counts = await Promise.all(
    writers.map(async (write) => {
      let written = 0;
      while (performance.now() - startedAt < runMs) written += await write();
      return written;
    }),
  );
  return (counts.reduce((sum, count) => sum + count, 0) * 1000) / (performance.now() - startedAt);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      uri: { type: 'string' },
      json: { type: 'boolean' },
      'run-ms': { type: 'string', default: '1000' },
    },
  });
  if (values.uri === undefined) {
    console.error('usage: node infra/mongo-standin/rates.ts --uri URI [--json] [--run-ms 1000]');
    process.exit(1);
  }
  const rates = await measureRates(values.uri, Number(values['run-ms']));
  if (values.json) {
    console.log(JSON.stringify(rates));
  } else {
    const line = (label: string, { median, least, greatest }: Rate) =>
      console.log(`${label.padEnd(34)}${String(median).padStart(7)} /s  (${least} to ${greatest})`);
    line('single writes, 1 client', rates.single1);
    line('single writes, 16 clients', rates.single16);
    line(`upserts in bulks of ${BULK_SIZE}, 1 client`, rates.bulk1);
    line(`upserts in bulks of ${BULK_SIZE}, 4 clients`, rates.bulk4);
    const { count, p50Ms, p95Ms } = rates.besideBulk;
    console.log(`single write beside the last: p50 ${p50Ms} ms, p95 ${p95Ms} ms (${count} writes)`);
  }
}
