import type { BootId, RegionId } from '@rideline/contract';
import { storedFix, trackId } from '@rideline/fleet/tracks/track-block';
import type { StoredTrack } from '@rideline/fleet/tracks/track-collection';
import mongoose from 'mongoose';
import { wholeLocationSchema } from '../stack/textbook-location.ts';
import { driverName, fixOf } from './fixes.ts';

/**
 * What history is compared with, in a process of its own: the driver's insertMany of prepared documents (the floor), and one mongoose
 * document per fix (the textbook). Environment: MONGODB_URI.
 */
export type PeerWork =
  | {
      readonly type: 'floor';
      readonly boot: BootId;
      readonly drivers: number;
      readonly blocksPerDriver: number;
      readonly fixesPerBlock: number;
    }
  | { readonly type: 'textbook'; readonly boot: BootId; readonly drivers: number; readonly fixes: number };

export type FromPeer =
  | { readonly type: 'listening' }
  | { readonly type: 'ready' }
  /** CPU µs of this process while it wrote. */
  | { readonly type: 'done'; readonly writes: number; readonly ms: number; readonly cpuMicros: number }
  | { readonly type: 'failed'; readonly reason: string };

/** As history writes: blocks per request, and concurrent requests (one per shard). */
const WRITE_BLOCKS = 500;
const REQUESTS_AT_ONCE = 4;
const CREATES_AT_ONCE = 50;
const REGION = 'main' as RegionId;
const RETENTION_MS = 30 * 86_400_000;

const report = (message: FromPeer) => process.send?.(message);
const connection = await mongoose.createConnection(process.env.MONGODB_URI ?? '').asPromise();
const Location = connection.model('Location', wholeLocationSchema());

function readyBlock(boot: BootId, driver: number, block: number, fixesPerBlock: number): StoredTrack {
  const seqs = Array.from({ length: fixesPerBlock }, (_, n) => block * fixesPerBlock + n);
  const fixes = seqs.map((seq) => fixOf(driver, seq));
  const receivedAt = Date.now();
  return {
    _id: trackId(driverName(driver), boot, block),
    v: 1,
    region: REGION,
    driverId: driverName(driver),
    boot,
    block,
    tMin: new Date(fixes[0]?.t ?? 0),
    tMax: new Date(fixes.at(-1)?.t ?? 0),
    lowest: 0,
    expireAt: new Date(receivedAt + RETENTION_MS),
    f: Object.fromEntries(fixes.map((fix) => [fix.seq, storedFix(fix, receivedAt)])),
  };
}

/** The writes, prepared beforehand, and how many run at once. */
function prepareWrites(work: PeerWork): { writes: number; writers: (() => Promise<void>)[] } {
  const left: (() => Promise<unknown>)[] = [];
  let writes = 0;
  if (work.type === 'floor') {
    const tracks = connection.collection<StoredTrack>('tracks');
    const blocks: StoredTrack[] = [];
    for (let block = 0; block < work.blocksPerDriver; block++) {
      for (let driver = 0; driver < work.drivers; driver++)
        blocks.push(readyBlock(work.boot, driver, block, work.fixesPerBlock));
    }
    writes = blocks.length;
    for (let at = 0; at < blocks.length; at += WRITE_BLOCKS) {
      const some = blocks.slice(at, at + WRITE_BLOCKS);
      left.push(() => tracks.insertMany(some, { ordered: false, writeConcern: { w: 'majority' } }));
    }
  } else {
    writes = work.fixes;
    for (let n = 0; n < work.fixes; n++) {
      const fix = fixOf(n % work.drivers, Math.floor(n / work.drivers));
      left.push(() => Location.create({ ...fix, driverId: driverName(n % work.drivers), boot: work.boot }));
    }
  }
  const writer = async () => {
    for (let write = left.pop(); write !== undefined; write = left.pop()) await write();
  };
  return {
    writes,
    writers: Array.from({ length: work.type === 'floor' ? REQUESTS_AT_ONCE : CREATES_AT_ONCE }, () => writer),
  };
}

let prepared: ReturnType<typeof prepareWrites> | undefined;

async function run({ writes, writers }: ReturnType<typeof prepareWrites>): Promise<FromPeer> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  await Promise.all(writers.map((writer) => writer()));
  const { user, system } = process.cpuUsage(before);
  return { type: 'done', writes, ms: performance.now() - startedAt, cpuMicros: user + system };
}

process.on('message', (message: PeerWork | 'go') => {
  if (message !== 'go') {
    prepared = prepareWrites(message);
    report({ type: 'ready' });
  } else if (prepared !== undefined) {
    run(prepared).then(report, (error: Error) => report({ type: 'failed', reason: error.message }));
  }
});
process.on('disconnect', () => process.exit());
report({ type: 'listening' });
