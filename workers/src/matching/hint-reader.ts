import type { RegionId, Tier, TripId } from '@rideline/contract';
import { tripHints } from '@rideline/fleet/redis/redis-keys';
import type { RedisClient } from '@rideline/platform/redis/redis';

const HINTS_PER_READ = 1000;
/** Most reads in one tick: enough for more hints than the stream holds. */
const MOST_READS = 20;

type Entry = [id: string, fields: string[] | null];

/** A hint that a trip of the tier has reached this version. */
export interface TripHint {
  readonly tripId: TripId;
  readonly version: number;
}

/** Reads the region's trip hints as the consumer group of one tier. Only the tier's owner reads. */
export class HintReader {
  readonly #state: RedisClient;
  readonly #stream: string;
  readonly #group: string;
  readonly #consumer: string;
  readonly #tier: Tier;
  /** Read this consumer's pending entries before new ones. */
  #pendingFirst = true;

  constructor(options: { state: RedisClient; region: RegionId; tier: Tier; consumer: string }) {
    this.#state = options.state;
    this.#stream = tripHints(options.region);
    this.#group = `matching:${options.tier}`;
    this.#consumer = options.consumer;
    this.#tier = options.tier;
  }

  /** Skips to the end of the stream. A new owner calls it and then reloads: trips of unread and unacknowledged hints are in MongoDB. */
  async takeOver(): Promise<void> {
    await this.#ensureGroup();
    await this.#state.xgroup('SETID', this.#stream, this.#group, '$');
    this.#pendingFirst = true;
  }

  async #ensureGroup(): Promise<void> {
    try {
      await this.#state.xgroup('CREATE', this.#stream, this.#group, '0', 'MKSTREAM');
    } catch (error) {
      if (!(error as Error).message.startsWith('BUSYGROUP')) throw error;
    }
  }

  /** Hints since the last call, newest version per trip. */
  async read(): Promise<TripHint[]> {
    const newest = new Map<TripId, number>();
    for (let round = 0; round < MOST_READS; round += 1) {
      const entries = await this.#readOnce();
      for (const [, fields] of entries) this.#take(fields, newest);
      if (entries.length > 0) await this.#state.xack(this.#stream, this.#group, ...entries.map(([id]) => id));
      if (entries.length < HINTS_PER_READ && !this.#pendingFirst) break;
      if (entries.length === 0) this.#pendingFirst = false;
    }
    return [...newest].map(([tripId, version]) => ({ tripId, version }));
  }

  async #readOnce(): Promise<Entry[]> {
    const from = this.#pendingFirst ? '0' : '>';
    try {
      const reply = (await this.#state.xreadgroup(
        'GROUP',
        this.#group,
        this.#consumer,
        'COUNT',
        HINTS_PER_READ,
        'STREAMS',
        this.#stream,
        from,
      )) as [string, Entry[]][] | null;
      return reply?.[0]?.[1] ?? [];
    } catch (error) {
      // The stream was lost with Redis' data: the trips are in MongoDB and are read again every few seconds.
      if (!(error as Error).message.includes('NOGROUP')) throw error;
      await this.#ensureGroup();
      return [];
    }
  }

  #take(fields: string[] | null, newest: Map<TripId, number>): void {
    const [, tripId, , version, , tier] = fields ?? [];
    if (tripId === undefined || tier !== this.#tier) return;
    const id = tripId as TripId;
    newest.set(id, Math.max(newest.get(id) ?? 0, Number(version)));
  }
}
