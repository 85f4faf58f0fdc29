import type { RegionId } from '@rideline/contract';
import type { FixRecord } from '@rideline/fleet/fixes/fix-record';
import type { DeadLetter } from '@rideline/fleet/tracks/dead-letter';
import {
  addToBlock,
  BLOCK_SEQS,
  blockOf,
  storedFix,
  type TrackBlock,
  trackId,
} from '@rideline/fleet/tracks/track-block';

/** An entry of a fix stream that was read and is not acknowledged yet. */
export interface HeldEntry {
  readonly id: string;
  /** Blocks with fixes of it that are not stored yet; at 0 it can be acknowledged. */
  openBlocks: number;
  /** Parts of it that cannot be stored. */
  readonly deadLetters: DeadLetter[];
}

/** A block that waits to be written, and the entries that wait for it. */
export interface WaitingBlock extends TrackBlock {
  readonly openedAt: number;
  readonly entries: Set<HeldEntry>;
  /** Fixes as they arrived, repeated ones included: the memory it costs. */
  held: number;
}

/** Groups the fixes of entries into blocks per (driver, boot, 64 seqs) until they are due to be written. */
export class BlockBuffer {
  readonly #region: RegionId;
  /** In the order in which they were opened. */
  readonly #open = new Map<string, WaitingBlock>();
  readonly #full: WaitingBlock[] = [];
  #heldFixes = 0;

  constructor(region: RegionId) {
    this.#region = region;
  }

  /** Fixes that wait or are being written. */
  get heldFixes(): number {
    return this.#heldFixes;
  }

  get blocks(): number {
    return this.#open.size + this.#full.length;
  }

  get fullBlocks(): number {
    return this.#full.length;
  }

  add(entry: HeldEntry, records: readonly FixRecord[], nowMs: number): void {
    for (const record of records) {
      for (const fix of record.fixes) {
        const waiting = this.#blockFor(record, fix.seq, nowMs);
        addToBlock(waiting, fix.seq, storedFix(fix, record.receivedAt));
        waiting.lowest = Math.max(waiting.lowest, record.lowest);
        waiting.held += 1;
        this.#heldFixes += 1;
        if (!waiting.entries.has(entry)) {
          waiting.entries.add(entry);
          entry.openBlocks += 1;
        }
        if (waiting.fixes.size === BLOCK_SEQS) this.#close(waiting);
      }
    }
  }

  /** Takes at most `most` blocks that are full, or that were opened at or before `openedBefore`. */
  take(openedBefore: number, most: number): WaitingBlock[] {
    const taken = this.#full.splice(0, most);
    for (const [key, waiting] of this.#open) {
      if (taken.length >= most || waiting.openedAt > openedBefore) break;
      this.#open.delete(key);
      taken.push(waiting);
    }
    return taken;
  }

  /** Blocks returned by `take` are stored: their fixes are no longer held. */
  release(blocks: readonly WaitingBlock[]): void {
    for (const waiting of blocks) this.#heldFixes -= waiting.held;
  }

  #blockFor(record: FixRecord, seq: number, nowMs: number): WaitingBlock {
    const block = blockOf(seq);
    const key = trackId(record.driverId, record.boot, block);
    const known = this.#open.get(key);
    if (known) return known;
    const waiting: WaitingBlock = {
      region: this.#region,
      driverId: record.driverId,
      boot: record.boot,
      block,
      lowest: 0,
      fixes: new Map(),
      openedAt: nowMs,
      entries: new Set(),
      held: 0,
    };
    this.#open.set(key, waiting);
    return waiting;
  }

  #close(waiting: WaitingBlock): void {
    this.#open.delete(trackId(waiting.driverId, waiting.boot, waiting.block));
    this.#full.push(waiting);
  }
}
