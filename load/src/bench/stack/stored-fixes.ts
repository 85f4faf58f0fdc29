import { connectBenchMongo } from './bench-mongo.ts';

/** A block of 64 fixes is some 5 KB: 5 MB an answer, of which a server holds one at a time. */
const BLOCKS_AT_ONCE = 1000;
const TELL_EVERY_MS = 5000;

/**
 * Fixes of a boot in the database. Read from Mongo itself, past the API: the check must not share a fault with what it checks. Whole blocks
 * are read, and not counted by an aggregation, since the stand-in would hold all that it aggregates in memory (hours of fixes do not fit).
 * @param onCounted told every few seconds of the fixes counted so far
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
