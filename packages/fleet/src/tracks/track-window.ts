import { type BootId, CodedError, type DriverId, type RegionId, type Verdict } from '@rideline/contract';
import type { Database } from '../store/database.ts';
import { BLOCK_SEQS, hasPlausibleTime, verdictOf } from './track-block.ts';
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

type Within = <T>(work: () => Promise<T>) => Promise<T>;

/** Most blocks read for one page: 30 days of one fix a second are 40,500. */
const MAX_BLOCKS = 50_000;
/** Least spans read at first; each further read of the same page asks for twice as many. */
const LEAST_SPANS = 64;
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

/**
 * Ids of the blocks that overlap the window, ordered by their first time. Blocks of several boots, or with late fixes, overlap each other.
 * A page ends after a few of them, so they are read a part at a time: a long window has tens of thousands.
 */
class BlockSpans {
  readonly #db: Database;
  readonly #window: TrackWindow;
  readonly #within: Within;
  readonly #taken = new Set<string>();
  #waiting: BlockSpan[] = [];
  #isLast = false;
  #limit: number;

  constructor(db: Database, window: TrackWindow, within: Within) {
    this.#db = db;
    this.#window = window;
    this.#within = within;
    this.#limit = Math.min(MAX_BLOCKS, Math.max(LEAST_SPANS, 2 * Math.ceil(window.limit / BLOCK_SEQS)));
  }

  /**
   * The next spans, at most BLOCKS_PER_READ, and the first time of the one after them.
   * @throws CodedError VALIDATION beyond MAX_BLOCKS; and whatever `within` throws
   */
  async take(): Promise<{ spans: readonly BlockSpan[]; nextMs: number }> {
    while (this.#waiting.length <= BLOCKS_PER_READ && !this.#isLast) await this.#readMore();
    const spans = this.#waiting.slice(0, BLOCKS_PER_READ);
    this.#waiting = this.#waiting.slice(BLOCKS_PER_READ);
    for (const { _id } of spans) this.#taken.add(_id);
    return { spans, nextMs: this.#waiting[0]?.tMin.getTime() ?? Number.POSITIVE_INFINITY };
  }

  /** Reads from the start of the window: after the last span, a block would be missed whose first time a late fix lowers meanwhile. */
  async #readMore(): Promise<void> {
    const { driverId, region, fromMs, toMs, after } = this.#window;
    const startMs = Math.max(fromMs, after?.t ?? fromMs);
    const limit = this.#limit;
    const found = await this.#within(() =>
      this.#db
        .collection(trackCollection)
        .find<BlockSpan>(
          { driverId, region, tMax: { $gte: new Date(startMs) }, tMin: { $lt: new Date(toMs) } },
          { projection: { tMin: 1 }, sort: { tMin: 1, _id: 1 }, limit },
        )
        .toArray(),
    );
    if (found.length > MAX_BLOCKS) {
      const issues = [{ path: 'query.to', message: 'the time range is too long: request a shorter one' }];
      throw new CodedError('VALIDATION', undefined, { issues });
    }
    this.#isLast = found.length < limit;
    this.#limit = Math.min(MAX_BLOCKS + 1, limit * 2);
    this.#waiting = found.filter(({ _id }) => !this.#taken.has(_id));
  }
}

/**
 * Reads one page of a driver's history in order of time. Blocks are read in the order of their first time, a few at a time; a fix is
 * returned once no unread block can hold an earlier one.
 * @param within bounds each read from MongoDB
 * @throws CodedError VALIDATION when one page would need too many blocks; and whatever `within` throws
 */
export async function readTrackPage(db: Database, window: TrackWindow, within: Within): Promise<TrackPage> {
  const blocks = new BlockSpans(db, window, within);
  const page: TrackFix[] = [];
  let held: TrackFix[] = [];
  while (page.length <= window.limit) {
    const { spans, nextMs } = await blocks.take();
    if (spans.length === 0) break;
    const documents = await within(() =>
      db
        .model(trackCollection)
        .find({ _id: { $in: spans.map((span) => span._id) } }, { boot: 1, tMin: 1, tMax: 1, f: 1 })
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
    const open = held.findIndex((fix) => fix.t >= nextMs);
    const settled = open === -1 ? held.length : open;
    page.push(...held.slice(0, settled));
    held = held.slice(settled);
  }
  // Out of order only where a late fix has moved a block meanwhile.
  page.sort(compare);
  const fixes = page.slice(0, window.limit);
  const last = fixes.at(-1);
  return { fixes, next: page.length > window.limit && last ? last : undefined };
}
