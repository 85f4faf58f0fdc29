import { type BootId, CodedError, type DriverId, type RegionId, type Verdict } from '@rideline/contract';
import type { Database } from '../store/database.ts';
import { hasPlausibleTime, verdictOf } from './track-block.ts';
import { type StoredFix, type StoredTrack, trackCollection } from './track-collection.ts';

/** One fix of a driver's history. */
export interface TrackFix {
  readonly boot: BootId;
  readonly seq: number;
  /** Epoch ms on the domain clock. */
  readonly t: number;
  readonly lat: number | null;
  readonly lng: number | null;
  readonly speed: number | null;
  readonly heading: number | null;
  readonly accuracy: number | null;
  readonly flags: number;
  /** Wall ms. */
  readonly receivedAt: number;
  readonly verdict: Verdict;
}

/** The last fix of a page: the next one begins after it. */
export interface TrackCursor {
  readonly t: number;
  readonly boot: string;
  readonly seq: number;
}

export interface TrackWindow {
  readonly region: RegionId;
  readonly driverId: DriverId;
  /** Epoch ms on the domain clock, inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** Include refused fixes whose time is plausible or lies within their block's span; the others appear in the ledger only. */
  readonly refused: boolean;
  readonly after: TrackCursor | undefined;
  readonly limit: number;
}

export interface TrackPage {
  /** In order of time, then boot, then seq. */
  readonly fixes: readonly TrackFix[];
  /** Absent on the last page. */
  readonly next: TrackCursor | undefined;
}

/** Most blocks of one window: 30 days of one fix a second are 40,500. */
const MAX_BLOCKS = 50_000;
/** Track documents read at a time: about 200 KB. */
const BLOCKS_PER_READ = 32;

function compare(one: TrackCursor, other: TrackCursor): number {
  if (one.t !== other.t) return one.t - other.t;
  if (one.boot !== other.boot) return one.boot < other.boot ? -1 : 1;
  return one.seq - other.seq;
}

function trackFix(boot: BootId, seq: number, stored: StoredFix): TrackFix {
  const [t, lat, lng, speed, heading, accuracy, flags, receivedAt] = stored;
  return { boot, seq, t, lat, lng, speed, heading, accuracy, flags, receivedAt, verdict: verdictOf(stored) };
}

/** Whether a fix's time may order it: an implausible time (track-block.ts) does only when it lies within its block's span. */
function hasOrderableTime(stored: StoredFix, { tMin, tMax }: Pick<StoredTrack, 'tMin' | 'tMax'>): boolean {
  if (hasPlausibleTime(stored)) return true;
  return (
    tMin !== undefined && tMax !== undefined && stored[0] >= tMin.getTime() && stored[0] <= tMax.getTime()
  );
}

function isInWindow(window: TrackWindow, fix: TrackFix): boolean {
  if (fix.t < window.fromMs || fix.t >= window.toMs) return false;
  if (fix.verdict !== 'ok' && !window.refused) return false;
  return window.after === undefined || compare(fix, window.after) > 0;
}

interface BlockSpan {
  readonly _id: string;
  readonly tMin: Date;
}

/** Ids of the blocks that overlap the window, ordered by their first time. Blocks of several boots, or with late fixes, overlap each other. */
async function blocksOf(db: Database, window: TrackWindow): Promise<BlockSpan[]> {
  const startMs = Math.max(window.fromMs, window.after?.t ?? window.fromMs);
  const { driverId, region } = window;
  const spans = await db
    .collection(trackCollection)
    .find<BlockSpan>(
      { driverId, region, tMax: { $gte: new Date(startMs) }, tMin: { $lt: new Date(window.toMs) } },
      { projection: { tMin: 1 }, limit: MAX_BLOCKS + 1 },
    )
    .toArray();
  if (spans.length > MAX_BLOCKS) {
    const issues = [{ path: 'query.to', message: 'the time range is too long: request a shorter one' }];
    throw new CodedError('VALIDATION', undefined, { issues });
  }
  return spans.sort((one, other) => one.tMin.getTime() - other.tMin.getTime());
}

/**
 * Reads one page of a driver's history in order of time. Blocks are read in the order of their first time, a few at a time; a fix is
 * returned once no unread block can hold an earlier one.
 * @param within bounds each read from MongoDB
 * @throws CodedError VALIDATION when the window overlaps too many blocks; and whatever `within` throws
 */
export async function readTrackPage(
  db: Database,
  window: TrackWindow,
  within: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<TrackPage> {
  const blocks = await within(() => blocksOf(db, window));
  const page: TrackFix[] = [];
  let held: TrackFix[] = [];
  for (let start = 0; start < blocks.length && page.length <= window.limit; start += BLOCKS_PER_READ) {
    const ids = blocks.slice(start, start + BLOCKS_PER_READ).map((block) => block._id);
    const documents = await within(() =>
      db
        .model(trackCollection)
        .find({ _id: { $in: ids } }, { boot: 1, tMin: 1, tMax: 1, f: 1 })
        .lean()
        .exec(),
    );
    for (const block of documents) {
      for (const [seq, stored] of Object.entries(block.f)) {
        const fix = trackFix(block.boot, Number(seq), stored);
        if (hasOrderableTime(stored, block) && isInWindow(window, fix)) held.push(fix);
      }
    }
    held.sort(compare);
    const settledBefore = blocks[start + BLOCKS_PER_READ]?.tMin.getTime() ?? Number.POSITIVE_INFINITY;
    const open = held.findIndex((fix) => fix.t >= settledBefore);
    const settled = open === -1 ? held.length : open;
    page.push(...held.slice(0, settled));
    held = held.slice(settled);
  }
  const fixes = page.slice(0, window.limit);
  const last = fixes.at(-1);
  return { fixes, next: page.length > window.limit && last ? last : undefined };
}
