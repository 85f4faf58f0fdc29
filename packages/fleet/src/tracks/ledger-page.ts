import type { BootId, DriverId, Ledger, RegionId } from '@rideline/contract';
import type { Database } from '../store/database.ts';
import { encodeCursor, type PageCursor } from '../store/list-page.ts';
import { BootTally, type LedgerTrack, ledgerOfBoots } from './ledger.ts';
import { trackId } from './track-block.ts';
import { type StoredTrack, trackCollection } from './track-collection.ts';

/** Most blocks of one driver that are looked at, the newest ones: more than 30 days of one fix a second, without a pause. */
const MAX_BLOCKS = 50_000;
/** A page ends with the boot that reaches this: 128,000 fixes, 35 hours of one fix a second, are about 10 MB of documents. */
const PAGE_BLOCKS = 2000;
/** Most blocks of one boot: a week of one fix a second. Of a longer one the newest are read, and its entry says `partial`. */
const BOOT_BLOCKS = 10_000;
/** Track documents decoded at a time, about 2 ms of the event loop. */
const BLOCKS_PER_READ = 32;
const SPANS_PER_BATCH = 1000;

type BlockName = Pick<StoredTrack, 'boot' | 'block' | 'expireAt'>;

/** Blocks of one boot, and the expiry of its newest one: boots are paged by it, newest first. */
interface BootBlocks {
  readonly boot: BootId;
  readonly blocks: number[];
  newestMs: number;
  /** Whether the driver has more blocks than are looked at, and they may be of this boot. */
  isCut: boolean;
}

export interface LedgerQuery {
  readonly region: RegionId;
  readonly driverId: DriverId;
  /** The last boot of the previous page. */
  readonly after: PageCursor | null;
}

/** Which blocks there are, without their fixes: of the driver's boots, newest first. */
async function bootsOf(db: Database, { region, driverId }: LedgerQuery): Promise<BootBlocks[]> {
  const found = db.collection(trackCollection).find<BlockName>(
    { driverId, region },
    {
      projection: { _id: 0, boot: 1, block: 1, expireAt: 1 },
      sort: { tMax: -1 },
      limit: MAX_BLOCKS,
      batchSize: SPANS_PER_BATCH,
    },
  );
  const boots = new Map<BootId, BootBlocks>();
  let count = 0;
  for await (const { boot, block, expireAt } of found) {
    const known = boots.get(boot) ?? { boot, blocks: [], newestMs: 0, isCut: false };
    boots.set(boot, known);
    known.blocks.push(block);
    known.newestMs = Math.max(known.newestMs, expireAt.getTime());
    count += 1;
    if (count === MAX_BLOCKS) known.isCut = true;
  }
  return [...boots.values()].sort(newestFirst);
}

function newestFirst(one: BootBlocks, other: BootBlocks): number {
  return other.newestMs - one.newestMs || (one.boot < other.boot ? -1 : 1);
}

/** The boots of the page. A boot that is written to between two pages moves to the front and is not on the second one. */
function pageOfBoots(boots: readonly BootBlocks[], after: PageCursor | null): BootBlocks[] {
  const rest =
    after === null
      ? boots
      : boots.filter(
          ({ newestMs, boot }) => newestMs < after.atMs || (newestMs === after.atMs && boot > after.id),
        );
  let blocks = 0;
  const end = rest.findIndex((boot) => {
    blocks += Math.min(boot.blocks.length, BOOT_BLOCKS);
    return blocks >= PAGE_BLOCKS;
  });
  return end === -1 ? [...rest] : rest.slice(0, end + 1);
}

/**
 * Reads one page of a driver's ledger: whole boots, newest first from page to page. Reads and decodes a few documents at a time, so that
 * other requests are answered in between.
 * @param within bounds each read from MongoDB
 * @throws whatever `within` throws
 */
export async function readLedgerPage(
  db: Database,
  query: LedgerQuery,
  within: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Ledger> {
  const { driverId } = query;
  const boots = await within(() => bootsOf(db, query));
  const page = pageOfBoots(boots, query.after);
  const tallies = [];
  for (const { boot, blocks, isCut } of page) {
    const newest = blocks.toSorted((a, b) => a - b).slice(-BOOT_BLOCKS);
    const tally = new BootTally(boot);
    for (let start = 0; start < newest.length; start += BLOCKS_PER_READ) {
      const ids = newest.slice(start, start + BLOCKS_PER_READ).map((block) => trackId(driverId, boot, block));
      const documents = await within(() =>
        db
          .collection(trackCollection)
          .find<LedgerTrack>({ _id: { $in: ids } }, { projection: { boot: 1, block: 1, f: 1 } })
          .toArray(),
      );
      for (const { f } of documents.sort((a, b) => a.block - b.block)) tally.addBlock(f);
    }
    tallies.push({ tally, partial: isCut || newest.length < blocks.length });
  }
  const last = page.at(-1);
  const isLast = last === undefined || last === boots.at(-1);
  return ledgerOfBoots(
    driverId,
    tallies,
    isLast ? null : encodeCursor({ atMs: last.newestMs, id: last.boot }),
  );
}
