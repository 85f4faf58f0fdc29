import type { DriverId, RegionId } from '@rideline/contract';
import { decodeEntry, type FixRecord } from '@rideline/fleet/fixes/fix-record';
import type { FixStreams } from '@rideline/fleet/fixes/fix-streams';
import { decodeLive, type LivePosition } from '@rideline/fleet/live/live-index';
import { live } from '@rideline/fleet/redis/redis-keys';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';

export interface FleetTailOptions {
  /** A separate connection on the log: entries are large and must not delay a batch of fixes. */
  readonly log: RedisClient;
  readonly state: RedisClient;
  readonly streams: FixStreams;
  readonly region: RegionId;
  /** How far the live index may lag behind the streams, ms. */
  readonly overlapMs: number;
  readonly logger: Logger;
  readonly onSeed: (driverId: DriverId, position: LivePosition, status: FixRecord['status']) => void;
  readonly onRecord: (record: FixRecord) => void;
  /** Everything read before is void: seeding starts again. */
  readonly onRestart: () => void;
}

const POLL_MS = 100;
const ENTRIES = 100;
/** Full reads in a row after which the tail is too far behind and restarts at the end. */
const MAX_FULL_READS = 50;
const SEED_PAGE = 500;

type StreamReply = [key: Buffer, entries: [id: Buffer, fields: Buffer[]][]][];

/**
 * Reads all fix streams of a region from their end, without a consumer group: a missed entry affects only a map. Polls instead of blocking:
 * frames are sent five times a second at most, and a blocking read would need a connection per shard on a cluster.
 */
export class FleetTail {
  readonly #options: FleetTailOptions;
  #ids: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running = false;
  /** Raised by every start: a round of an earlier start ends without effect. */
  #generation = 0;

  constructor(options: FleetTailOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#running;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#ids = [];
    this.#generation++;
    void this.#round(this.#generation);
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  #isCurrent(generation: number): boolean {
    return this.#running && generation === this.#generation;
  }

  async #round(generation: number): Promise<void> {
    try {
      if (this.#ids.length === 0) await this.#seed(generation);
      for (const shard of this.#ids.keys()) await this.#readShard(shard, generation);
    } catch (error) {
      this.#options.logger.warn({ reason: (error as Error).message }, 'fix streams not read');
    }
    if (this.#isCurrent(generation)) this.#timer = setTimeout(() => void this.#round(generation), POLL_MS);
  }

  /**
   * Reads the ends of the streams first, then the live index. The index is written after the streams, so reading starts a little before
   * their ends: what was not in the index yet is then read twice instead of missed.
   */
  async #seed(generation: number): Promise<void> {
    const { log, state, streams, region, onRestart, onSeed } = this.#options;
    const ids: string[] = [];
    for (const key of streams.keys) {
      const [last] = await log.xrevrange(key, '+', '-', 'COUNT', 1);
      ids.push(last ? `${Number(last[0].split('-')[0]) - this.#options.overlapMs}-0` : '0-0');
    }
    if (!this.#isCurrent(generation)) return;
    onRestart();
    let cursor = '0';
    do {
      const [next, flat] = await state.hscan(live(region), cursor, 'COUNT', SEED_PAGE);
      cursor = next;
      for (let at = 0; at + 1 < flat.length; at += 2) {
        const decoded = decodeLive(flat[at + 1] as string);
        if (decoded) onSeed(flat[at] as DriverId, decoded.position, decoded.status);
      }
    } while (cursor !== '0');
    if (this.#isCurrent(generation)) this.#ids = ids;
  }

  async #readShard(shard: number, generation: number): Promise<void> {
    const { log, streams, logger } = this.#options;
    const key = streams.keys[shard] as string;
    for (let reads = 0; ; reads++) {
      if (reads === MAX_FULL_READS) {
        logger.warn({ shard }, 'fix streams: reader fell behind and restarts at the end');
        this.#ids = [];
        return;
      }
      const from = this.#ids[shard] as string;
      const reply = (await log.xreadBuffer('COUNT', ENTRIES, 'STREAMS', key, from)) as StreamReply | null;
      if (!this.#isCurrent(generation)) return;
      const entries = reply?.[0]?.[1] ?? [];
      for (const [id, fields] of entries) {
        this.#ids[shard] = id.toString();
        this.#readEntry(fields[1]);
      }
      if (entries.length < ENTRIES) return;
    }
  }

  /** Skips an entry that cannot be read: the history worker reports it. */
  #readEntry(entry: Buffer | undefined): void {
    if (entry === undefined) return;
    try {
      for (const record of decodeEntry(entry).records) this.#options.onRecord(record);
    } catch (error) {
      this.#options.logger.debug(
        { reason: (error as Error).message },
        'unreadable entry of a fix stream skipped on the map',
      );
    }
  }
}
