import { setTimeout as sleep } from 'node:timers/promises';
import type { RegionId } from '@rideline/contract';
import { type DeadLetter, deadLetterAndAck } from '@rideline/fleet/tracks/dead-letter';
import { hasPlausibleTime } from '@rideline/fleet/tracks/track-block';
import { ageMs, type Clock } from '@rideline/platform/process/clock';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { BlockBuffer, type HeldEntry, type WaitingBlock } from './block-buffer.ts';
import type { BlockWriter } from './block-writer.ts';
import { type DurableRanges, durableSeqs } from './durable-ranges.ts';
import { type RawEntry, readStreamEntry } from './entry-reading.ts';
import type { HistoryMetrics } from './metrics.ts';

/**
 * Blocks in one bulk write. A short one: writes of trips wait behind it in the server, and beside four bulks of 500 blocks they took a second
 * on the stand-in. More of them a second cost little.
 */
const WRITE_BLOCKS = 100;
/** Interval at which a shard checks for due blocks. */
const TICK_MS = 50;
/** Entries acknowledged in one command. */
const ACK_ENTRIES = 500;
/** Entries of an unknown version whose ids are remembered, for the metric only. */
const PARKED_KEPT = 10_000;

export interface ShardHistoryOptions {
  readonly region: RegionId;
  readonly shard: number;
  readonly stream: string;
  readonly deadLetters: string;
  /** Memory of the stream of dead letters, bytes. */
  readonly deadLetterBytes: number;
  readonly group: string;
  /** Longest time that a block is held, ms. */
  readonly blockMs: number;
  readonly log: RedisClient;
  readonly writer: BlockWriter;
  readonly durable: DurableRanges;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: HistoryMetrics;
  /** Fixes that all shards of this process may hold; beyond it blocks are written before they are due. */
  readonly overCap: () => boolean;
}

/**
 * Stores one fix stream in MongoDB: entries → blocks → bulk write → durable ranges → acknowledgement. An entry is acknowledged only after
 * every fix of it is stored or dead-lettered and recorded as durable; until then it stays pending and is delivered again.
 */
export class ShardHistory {
  readonly #options: ShardHistoryOptions;
  readonly #buffer: BlockBuffer;
  readonly #held = new Map<string, HeldEntry>();
  readonly #parked = new Set<string>();
  #done: HeldEntry[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(options: ShardHistoryOptions) {
    this.#options = options;
    this.#buffer = new BlockBuffer(options.region);
  }

  get heldFixes(): number {
    return this.#buffer.heldFixes;
  }

  get blocks(): number {
    return this.#buffer.blocks;
  }

  /** Entries read and not acknowledged. */
  get heldEntries(): number {
    return this.#held.size;
  }

  /** Accepts entries that were delivered to this consumer. An entry that is held already (claimed again) is ignored. */
  accept(entries: readonly RawEntry[]): void {
    for (const raw of entries) {
      const read = readStreamEntry(raw);
      if (this.#held.has(read.id)) continue;
      if (read.kind === 'parked') this.#park(read.id, read.version);
      else this.#hold(read.id, read.records, read.deadLetters);
    }
  }

  /**
   * Writes due blocks until it is stopped; a write in progress is then finished. If it were aborted, its entries would stay pending, because
   * `drain` sees only blocks that no write has taken.
   * @throws when it is abandoned
   */
  async run(stop: AbortSignal, abandon: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const early = this.#options.overCap();
      await this.#flush(
        early ? Number.POSITIVE_INFINITY : this.#options.clock.wallMs() - this.#options.blockMs,
        abandon,
      );
      if (this.#buffer.fullBlocks < WRITE_BLOCKS) await sleep(TICK_MS, undefined, { signal: stop });
    }
  }

  /** Writes and acknowledges everything held. @throws when it is aborted; the rest stays pending */
  async drain(signal: AbortSignal): Promise<void> {
    while (this.#buffer.blocks > 0 || this.#done.length > 0) {
      await this.#flush(Number.POSITIVE_INFINITY, signal);
      if (this.#done.length > 0) await sleep(TICK_MS, undefined, { signal });
    }
  }

  /**
   * Dead-letters an entry that was delivered too often. Its fixes count as durable: if phones sent them again, they would kill a reader again.
   * @throws the signal's reason when it is aborted first
   */
  async giveUp(raw: RawEntry, deliveries: number, signal: AbortSignal): Promise<void> {
    const read = readStreamEntry(raw);
    if (read.kind === 'parked') {
      this.#park(read.id, read.version);
      return;
    }
    const reason = `delivered ${deliveries} times without an acknowledgement`;
    const buffer = new BlockBuffer(this.#options.region);
    buffer.add({ id: read.id, openBlocks: 0, deadLetters: [] }, read.records, 0);
    const blocks = buffer.take(0, Number.POSITIVE_INFINITY);
    const letters: DeadLetter[] = blocks.map(({ driverId, boot, fixes }) => ({
      v: 1,
      cause: 'deliveries',
      reason,
      entry: read.id,
      driverId,
      boot,
      fixes: Object.fromEntries(fixes),
    }));
    await this.#options.durable.record(durableSeqs(blocks), signal);
    await this.#acknowledge({ id: read.id, openBlocks: 0, deadLetters: [...letters, ...read.deadLetters] });
  }

  #park(id: string, version: number): void {
    if (this.#parked.has(id)) return;
    if (this.#parked.size < PARKED_KEPT) this.#parked.add(id);
    const { shard, metrics, logger } = this.#options;
    metrics.history_parked_entries.set({ shard }, this.#parked.size);
    logger.warn(
      { shard, entry: id, version },
      'an entry of a later version stays pending for a worker that knows it',
    );
  }

  #hold(id: string, records: Parameters<BlockBuffer['add']>[1], deadLetters: DeadLetter[]): void {
    const entry: HeldEntry = { id, openBlocks: 0, deadLetters };
    this.#held.set(id, entry);
    this.#buffer.add(entry, records, this.#options.clock.wallMs());
    // Nothing to store: a change of status, or nothing readable.
    if (entry.openBlocks === 0) this.#done.push(entry);
  }

  /** One write at a time, so that entries are written in the order in which they were read. */
  #flush(openedBefore: number, signal: AbortSignal): Promise<void> {
    const next = this.#writing.then(() => this.#flushOnce(openedBefore, signal));
    // The caller of this write gets its failure; the next write runs regardless.
    this.#writing = next.catch(() => undefined);
    return next;
  }

  async #flushOnce(openedBefore: number, signal: AbortSignal): Promise<void> {
    const blocks = this.#buffer.take(openedBefore, WRITE_BLOCKS);
    if (blocks.length > 0) await this.#store(blocks, signal);
    await this.#acknowledgeDone();
  }

  async #store(blocks: readonly WaitingBlock[], signal: AbortSignal): Promise<void> {
    const rejected = await this.#options.writer.store(blocks, signal);
    for (const { block, seq, reason } of rejected) {
      const [entry] = (
        blocks.find((waiting) => waiting.fixes.get(seq) === block.fixes.get(seq)) as WaitingBlock
      ).entries;
      const { driverId, boot } = block;
      const fix = block.fixes.get(seq);
      entry?.deadLetters.push({
        v: 1,
        cause: 'document',
        reason,
        entry: entry.id,
        driverId,
        boot,
        ...(fix === undefined ? {} : { fixes: { [seq]: fix } }),
      });
    }
    this.#observeAges(blocks);
    await this.#options.durable.record(durableSeqs(blocks), signal);
    this.#buffer.release(blocks);
    for (const { entries } of blocks) {
      for (const entry of entries) {
        entry.openBlocks -= 1;
        if (entry.openBlocks === 0) this.#done.push(entry);
      }
    }
  }

  #observeAges(blocks: readonly WaitingBlock[]): void {
    const { metrics, clock } = this.#options;
    for (const { fixes } of blocks) {
      for (const fix of fixes.values()) {
        if (hasPlausibleTime(fix))
          metrics.fix_age_durable_seconds.observe(Math.max(0, ageMs(clock, fix[0])) / 1000);
      }
    }
  }

  /** Acknowledges stored entries; acknowledgements that Redis does not accept are sent again with the next write. */
  async #acknowledgeDone(): Promise<void> {
    const { log, stream, group, logger, shard, metrics } = this.#options;
    while (this.#done.length > 0) {
      const batch = this.#done.slice(0, ACK_ENTRIES);
      try {
        const clean = batch.filter((entry) => entry.deadLetters.length === 0);
        if (clean.length > 0) await log.xack(stream, group, ...clean.map((entry) => entry.id));
        for (const entry of batch) if (entry.deadLetters.length > 0) await this.#acknowledge(entry);
      } catch (error) {
        metrics.history_retries_total.inc({ step: 'ack' });
        logger.warn({ shard, reason: (error as Error).message }, 'entries are acknowledged later');
        return;
      }
      for (const entry of batch) this.#held.delete(entry.id);
      this.#done = this.#done.slice(batch.length);
    }
  }

  async #acknowledge(entry: HeldEntry): Promise<void> {
    const { log, stream, deadLetters, deadLetterBytes, group, metrics, logger, shard } = this.#options;
    const { moved, removed } = await deadLetterAndAck(
      log,
      { stream, deadLetters, group, entry: entry.id, mostBytes: deadLetterBytes },
      entry.deadLetters,
    );
    if (!moved) return;
    for (const { cause } of entry.deadLetters) metrics.history_dead_letters_total.inc({ cause });
    logger.error({ shard, entry: entry.id, letters: entry.deadLetters.length }, 'moved to the dead letters');
    if (removed === 0) return;
    metrics.history_dead_letters_removed_total.inc({ shard }, removed);
    logger.error(
      { shard, removed },
      'the oldest dead letters were removed: replay them before there are too many',
    );
  }
}
