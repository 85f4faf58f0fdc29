import type { DriverId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { corked } from '@rideline/platform/redis/redis-cork';
import { shardOf } from '../redis/redis-keys.ts';
import { EntryWriter, type FixRecord } from './fix-record.ts';
import type { FixStreams } from './fix-streams.ts';

export interface FixLogOptions<Token> {
  readonly redis: RedisClient;
  readonly streams: FixStreams;
  /** Fixes after which a batch is written. */
  readonly flushFixes: number;
  /** Ms after which a batch is written that somebody waits for; one that nobody does may wait `PATIENCE` times as long. */
  readonly flushMs: number;
  /** Fixes held for the log, in flight ones included; past it `append` refuses. */
  readonly bufferFixes: number;
  /** The record of this token is in the log: it survives the death of this process. Called once per token, in order within a driver. */
  readonly onAppended: (token: Token) => void;
  /** A batch was written. */
  readonly onBatch?: (fixes: number, bytes: number, tookMs: number) => void;
  /** The log did not take a batch; it is kept and tried again. */
  readonly onError?: (error: Error) => void;
}

interface Batch<Token> {
  readonly entry: Buffer;
  readonly tokens: Token[];
  readonly held: number;
}

interface Shard<Token> {
  readonly key: string;
  readonly writer: EntryWriter;
  tokens: Token[];
  /** Held by the open batch: fixes, and one for a record without. */
  held: number;
  readonly sealed: Batch<Token>[];
  sending: boolean;
  /** The open batch came of age while another was in flight: it follows at once. */
  due: boolean;
}

/**
 * A batch costs a system call and a wake-up of Redis, about 100 µs, whatever it holds: at 1,000 frames a second and 5 ms that was a quarter of a
 * gateway's work. Phones wait for the cumulative acknowledgement anyway.
 */
const PATIENCE = 8;
const RETRY_FIRST_MS = 50;
const RETRY_MOST_MS = 1000;

/**
 * Writes fixes to the region's streams in packed micro-batches: one XADD per shard and flush, by size or age, whichever comes first.
 * While a shard waits for Redis its next batch grows, so a slow log gets fewer, larger entries. What Redis refused or left unanswered
 * is sent again: an entry may then be in the stream twice, which the readers' keys (driver, boot, seq) make harmless.
 */
export class FixLog<Token> {
  readonly #options: FixLogOptions<Token>;
  readonly #shards: Shard<Token>[];
  #held = 0;
  #memoryFull = false;
  #timer: NodeJS.Timeout | undefined;
  /** The timer is set for somebody who waits. */
  #hurried = false;
  #closed = false;
  #abandoned = false;

  constructor(options: FixLogOptions<Token>) {
    this.#options = options;
    this.#shards = options.streams.keys.map((key) => ({
      key,
      writer: new EntryWriter(),
      tokens: [],
      held: 0,
      sealed: [],
      sending: false,
      due: false,
    }));
  }

  /** Fixes held that are not in the log yet. */
  get held(): number {
    return this.#held;
  }

  /** The log's memory is nearly full: fixes stay on the phones until history has drained it. */
  set memoryFull(full: boolean) {
    this.#memoryFull = full;
  }

  /** Why a record of so many fixes cannot be taken now, or null when it can. */
  refusal(fixes: number): 'buffer' | 'memory' | null {
    if (this.#memoryFull) return 'memory';
    return this.#held + fixes > this.#options.bufferFixes || this.#closed ? 'buffer' : null;
  }

  /**
   * Takes a record; `refusal` was asked before. The record is packed at once and may be used again by the caller.
   * @param hurry somebody waits for the append
   */
  append(record: FixRecord, token: Token, hurry = true): void {
    const shard = this.#shards[shardOf(record.driverId, this.#shards.length)] as Shard<Token>;
    shard.writer.append(record);
    shard.tokens.push(token);
    const held = record.fixes.length || 1;
    shard.held += held;
    this.#held += held;
    if (shard.held >= this.#options.flushFixes) this.#seal(shard);
    else this.#schedule(hurry);
  }

  #schedule(hurry: boolean): void {
    if (this.#timer !== undefined && (this.#hurried || !hurry)) return;
    clearTimeout(this.#timer);
    this.#hurried = hurry;
    this.#timer = setTimeout(this.#flushOpen, this.#options.flushMs * (hurry ? 1 : PATIENCE));
  }

  /** Calls `onAppended` once everything that was appended for the driver before is in the log. */
  follow(driverId: DriverId, token: Token): void {
    const shard = this.#shards[shardOf(driverId, this.#shards.length)] as Shard<Token>;
    const last = shard.writer.empty ? shard.sealed.at(-1) : shard;
    if (last === undefined) this.#options.onAppended(token);
    else {
      last.tokens.push(token);
      if (last === shard) this.#schedule(true);
    }
  }

  /** Writes what is held. Resolves when all is in the log, or at the deadline with the number of fixes that are not. */
  async close(deadlineMs: number): Promise<number> {
    this.#closed = true;
    const deadline = Date.now() + deadlineMs;
    this.#flushOpen();
    while (this.#held > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      this.#flushOpen();
    }
    this.#abandoned = true;
    return this.#held;
  }

  readonly #flushOpen = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // One system call for all shards: at a thousand frames a second each entry holds few, and the write costs more than the packing.
    corked(this.#options.redis, () => {
      for (const shard of this.#shards) {
        if (shard.writer.empty) continue;
        if (shard.sending) shard.due = true;
        else this.#seal(shard);
      }
    });
  };

  #seal(shard: Shard<Token>): void {
    shard.sealed.push({ entry: shard.writer.take(), tokens: shard.tokens, held: shard.held });
    shard.tokens = [];
    shard.held = 0;
    shard.due = false;
    if (!shard.sending) void this.#send(shard);
  }

  /** Sends sealed batches one after the other until none is left. Never rejects. */
  async #send(shard: Shard<Token>): Promise<void> {
    shard.sending = true;
    for (let batch = shard.sealed[0]; batch !== undefined; batch = shard.sealed[0]) {
      if (!(await this.#write(shard.key, batch.entry, batch.held))) return;
      shard.sealed.shift();
      this.#held -= batch.held;
      for (const token of batch.tokens) this.#options.onAppended(token);
      if (shard.due && shard.sealed.length === 0 && !shard.writer.empty) this.#seal(shard);
    }
    shard.sending = false;
  }

  /** Writes one entry, however often it takes. False when the log was given up at the deadline of `close`. */
  async #write(key: string, entry: Buffer, fixes: number): Promise<boolean> {
    for (let delayMs = RETRY_FIRST_MS; !this.#abandoned; delayMs = Math.min(RETRY_MOST_MS, delayMs * 2)) {
      const startedAt = performance.now();
      try {
        await this.#options.redis.xadd(key, '*', 'e', entry);
        this.#options.onBatch?.(fixes, entry.length, performance.now() - startedAt);
        return true;
      } catch (error) {
        this.#options.onError?.(error as Error);
      }
      await new Promise((resolve) => setTimeout(resolve, delayMs * (0.5 + Math.random() / 2)));
    }
    return false;
  }
}
