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
  /** Ms after which a batch that holds an urgent record is written; other batches may wait `IDLE_FLUSH_FACTOR` times as long. */
  readonly flushMs: number;
  /** Most fixes held for the log, including those in flight; above it `refusal` returns 'buffer'. */
  readonly bufferFixes: number;
  /** The record of this token is in the log and survives a crash of this process. Called once per token, in order within a driver. */
  readonly onAppended: (token: Token) => void;
  /** A batch was written. */
  readonly onBatch?: (fixes: number, bytes: number, tookMs: number) => void;
  /** Redis did not accept a batch; the batch is kept and sent again. */
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
  /** Fixes of the open batch; a record without fixes counts as one. */
  held: number;
  readonly sealed: Batch<Token>[];
  sending: boolean;
  /** The open batch was due while another was in flight: it is sent right after that one. */
  due: boolean;
}

/**
 * A batch costs a system call and a wake-up of Redis, about 100 µs, whatever its size: at 1,000 frames a second and 5 ms that was a quarter of
 * a gateway's work. Phones wait for the cumulative acknowledgement anyway.
 */
const IDLE_FLUSH_FACTOR = 8;
const RETRY_FIRST_MS = 50;
const RETRY_MOST_MS = 1000;

/**
 * Writes fixes to the region's streams in packed micro-batches: one XADD per shard and flush, by size or age, whichever comes first.
 * While a shard waits for Redis its next batch grows, so a slow log gets fewer, larger entries. A batch that Redis refused or did not
 * answer is sent again: its entry may then be in the stream twice, which is harmless because readers store by (driver, boot, seq).
 */
export class FixLog<Token> {
  readonly #options: FixLogOptions<Token>;
  readonly #shards: Shard<Token>[];
  #held = 0;
  #memoryFull = false;
  #timer: NodeJS.Timeout | undefined;
  /** The timer is set for an urgent record. */
  #timerUrgent = false;
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

  /** Number of fixes held that are not in the log yet. */
  get held(): number {
    return this.#held;
  }

  /** The memory of the log's Redis is nearly full: fixes stay on the phones until history has drained the streams. */
  set memoryFull(full: boolean) {
    this.#memoryFull = full;
  }

  /** Why a record with this many fixes cannot be appended now; null when it can. */
  refusal(fixes: number): 'buffer' | 'memory' | null {
    if (this.#memoryFull) return 'memory';
    return this.#held + fixes > this.#options.bufferFixes || this.#closed ? 'buffer' : null;
  }

  /**
   * Adds a record to the open batch. The caller has checked `refusal`. The record is packed immediately, so the caller may reuse the object.
   * @param urgent a client waits for the append
   */
  append(record: FixRecord, token: Token, urgent = true): void {
    const shard = this.#shards[shardOf(record.driverId, this.#shards.length)] as Shard<Token>;
    shard.writer.append(record);
    shard.tokens.push(token);
    const held = record.fixes.length || 1;
    shard.held += held;
    this.#held += held;
    if (shard.held >= this.#options.flushFixes) this.#seal(shard);
    else this.#schedule(urgent);
  }

  #schedule(urgent: boolean): void {
    if (this.#timer !== undefined && (this.#timerUrgent || !urgent)) return;
    clearTimeout(this.#timer);
    this.#timerUrgent = urgent;
    this.#timer = setTimeout(this.#flushOpen, this.#options.flushMs * (urgent ? 1 : IDLE_FLUSH_FACTOR));
  }

  /** Calls `onAppended` with `token` once all earlier records of the driver are in the log. */
  follow(driverId: DriverId, token: Token): void {
    const shard = this.#shards[shardOf(driverId, this.#shards.length)] as Shard<Token>;
    const last = shard.writer.empty ? shard.sealed.at(-1) : shard;
    if (last === undefined) this.#options.onAppended(token);
    else {
      last.tokens.push(token);
      if (last === shard) this.#schedule(true);
    }
  }

  /** Writes all held fixes. Resolves to 0 when they are in the log, or at the deadline to the number of fixes that are not. */
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
    // One system call for all shards: at 1,000 frames a second each entry holds few fixes, and the write costs more than the packing.
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

  /** Sends the sealed batches in order until none is left. Never rejects. */
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

  /** Writes one entry and retries until it succeeds. Returns false when the deadline of `close` has passed. */
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
