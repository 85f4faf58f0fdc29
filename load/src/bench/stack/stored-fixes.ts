import { connectBenchMongo } from './bench-mongo.ts';

/** A block of 64 fixes is about 5 KB: 5 MB per answer, of which a server holds one at a time. */
const BLOCKS_AT_ONCE = 1000;
const TELL_EVERY_MS = 5000;
const LOCATIONS_AT_ONCE = 10_000;

/**
 * Counts the fixes of a boot in the database. Reads MongoDB directly, not through the API: the check must not share a fault with what it
 * checks. Reads whole blocks instead of aggregating, because the stand-in holds everything that it aggregates in memory (hours of fixes do
 * not fit).
 * @param onCounted called every few seconds with the fixes counted so far
 */
export async function countStored(
  uri: string,
  boot: string,
  onCounted: (fixes: number) => void = () => undefined,
): Promise<number> {
  const mongo = await connectBenchMongo(uri);
  try {
    let stored = 0;
    let toldAt = performance.now();
    const blocks = mongo.connection
      .collection('tracks')
      .find({ boot }, { projection: { f: 1 }, batchSize: BLOCKS_AT_ONCE });
    for await (const block of blocks) {
      stored += Object.keys(block.f as object).length;
      if (performance.now() - toldAt < TELL_EVERY_MS) continue;
      toldAt = performance.now();
      onCounted(stored);
    }
    return stored;
  } finally {
    await mongo.close();
  }
}

/** Counts the fixes of a boot that a rival stored, one document each; with a cursor, because a count of a million has no time limit. */
export async function countLocations(uri: string, boot: string): Promise<number> {
  const mongo = await connectBenchMongo(uri);
  try {
    const locations = mongo.connection
      .collection('locations')
      .find({ boot }, { projection: { _id: 1 }, batchSize: LOCATIONS_AT_ONCE });
    let stored = 0;
    for await (const _ of locations) stored++;
    return stored;
  } finally {
    await mongo.close();
  }
}
