import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { RawEntry } from './entry-reading.ts';
import type { HistoryMetrics } from './metrics.ts';
import type { ShardHistory } from './shard-history.ts';

/** An entry delivered this often without an acknowledgement is dead-lettered: it may be what kills its readers. */
export const MOST_DELIVERIES = 5;
/** From this count on an entry is delivered alone, so that only the one that kills its reader collects deliveries. */
const SUSPECT_DELIVERIES = 3;
/** Entries delivered at once. */
const CHUNK_ENTRIES = 64;
const CLAIM_ENTRIES = 16;

type Pending = [id: string, consumer: string, idleMs: number, deliveries: number];

export interface PendingEntriesOptions {
  readonly log: RedisClient;
  readonly stream: string;
  readonly group: string;
  readonly consumer: string;
  readonly shard: number;
  readonly history: ShardHistory;
  readonly metrics: HistoryMetrics;
  readonly logger: Logger;
}

/**
 * Entries that were delivered and never acknowledged: this consumer's own ones from before its restart, and those of consumers that died.
 * They are stored at once, not held until their block is full: a worker that is killed every few seconds must still make progress.
 */
export class PendingEntries {
  readonly #options: PendingEntriesOptions;

  constructor(options: PendingEntriesOptions) {
    this.#options = options;
  }

  /** Stores all entries pending under this consumer's name. Called before it reads anything new, while it holds nothing. */
  async takeOwn(signal: AbortSignal): Promise<void> {
    const { log, stream, group, consumer } = this.#options;
    for (let from = '-'; ; ) {
      signal.throwIfAborted();
      const page = (await log.xpending(stream, group, from, '+', CHUNK_ENTRIES, consumer)) as Pending[];
      const last = page.at(-1);
      if (last === undefined) return;
      for (const chunk of chunksOf(page)) await this.#redeliver(chunk, signal);
      from = `(${last[0]}`;
    }
  }

  /** Takes over entries that other consumers left unacknowledged for `idleMs`, and those that a lost reply hid from this one. */
  async takeAbandoned(idleMs: number, signal: AbortSignal): Promise<void> {
    const { log, stream, group, consumer, metrics, shard } = this.#options;
    let cursor = '0-0';
    do {
      signal.throwIfAborted();
      const answer = await log.callBuffer(
        'XAUTOCLAIM',
        stream,
        group,
        consumer,
        idleMs,
        cursor,
        'COUNT',
        CLAIM_ENTRIES,
      );
      const [next, entries, deleted] = answer as [Buffer, RawEntry[], Buffer[]?];
      cursor = next.toString('latin1');
      this.#alarmLost((deleted ?? []).map(String));
      if (entries.length === 0) continue;
      metrics.history_claimed_entries_total.inc({ shard }, entries.length);
      await this.#handOver(entries, signal);
    } while (cursor !== '0-0');
  }

  /** Claimed entries: those that were delivered too often are dead-lettered, the others are stored. */
  async #handOver(entries: readonly RawEntry[], signal: AbortSignal): Promise<void> {
    const { log, stream, group, history } = this.#options;
    const ids = entries.map(([id]) => id.toString('latin1'));
    const known = (await log.xpending(
      stream,
      group,
      ids[0] ?? '-',
      ids.at(-1) ?? '+',
      CLAIM_ENTRIES * 4,
    )) as Pending[];
    const deliveries = new Map(known.map(([id, , , count]) => [id, count]));
    const within: RawEntry[] = [];
    for (const entry of entries) {
      const count = deliveries.get(entry[0].toString('latin1')) ?? 1;
      if (count > MOST_DELIVERIES) await history.giveUp(entry, count - 1, signal);
      else within.push(entry);
    }
    history.accept(within);
    await history.drain(signal);
  }

  async #redeliver(chunk: readonly Pending[], signal: AbortSignal): Promise<void> {
    const { log, stream, group, consumer, history } = this.#options;
    const [first] = chunk;
    if (first !== undefined && first[3] >= MOST_DELIVERIES) {
      const [entry] = (await log.xrangeBuffer(stream, first[0], first[0])) as RawEntry[];
      if (entry === undefined) await this.#dropLost(first[0]);
      else await history.giveUp(entry, first[3], signal);
      return;
    }
    const ids = chunk.map(([id]) => id);
    const entries = (await log.callBuffer('XCLAIM', stream, group, consumer, 0, ...ids)) as RawEntry[];
    const found = new Set(entries.map(([id]) => id.toString('latin1')));
    this.#alarmLost(ids.filter((id) => !found.has(id)));
    history.accept(entries);
    await history.drain(signal);
  }

  async #dropLost(id: string): Promise<void> {
    await this.#options.log.xack(this.#options.stream, this.#options.group, id);
    this.#alarmLost([id]);
  }

  /** Pending entries that are no longer in the stream: they were trimmed before their acknowledgement, which no code of Rideline does. */
  #alarmLost(ids: readonly string[]): void {
    if (ids.length === 0) return;
    const { metrics, logger, shard } = this.#options;
    metrics.history_lost_entries_total.inc({ shard }, ids.length);
    logger.error(
      { shard, entries: ids.slice(0, 20), lost: ids.length },
      'LOST: pending entries are gone from the stream',
    );
  }
}

/** Consecutive unsuspicious entries together, each suspect alone. */
function chunksOf(page: readonly Pending[]): Pending[][] {
  const chunks: Pending[][] = [];
  let run: Pending[] = [];
  for (const pending of page) {
    if (pending[3] < SUSPECT_DELIVERIES) {
      run.push(pending);
      continue;
    }
    if (run.length > 0) chunks.push(run);
    run = [];
    chunks.push([pending]);
  }
  if (run.length > 0) chunks.push(run);
  return chunks;
}
