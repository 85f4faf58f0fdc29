import { type FailedWrite, failedWrites } from '@rideline/fleet/store/bulk-errors';
import type { TypedCollection } from '@rideline/fleet/store/database';
import { isDuplicateKey } from '@rideline/fleet/store/duplicate-key';
import {
  blockRemainder,
  blockUpsert,
  type TrackBlock,
  type TrackWrite,
} from '@rideline/fleet/tracks/track-block';
import type { StoredTrack } from '@rideline/fleet/tracks/track-collection';
import { createBackoff } from '../backoff.ts';
import { faultOfCode, faultOfError } from './mongo-errors.ts';

/** A fix that MongoDB will never accept. */
export interface RejectedFix {
  readonly block: TrackBlock;
  readonly seq: number;
  readonly reason: string;
}

export interface BlockWriterOptions {
  readonly tracks: Pick<TypedCollection<StoredTrack>, 'bulkWrite' | 'find'>;
  /** Retention of a track from now on; read for each write, since it may change. */
  readonly retentionMs: () => number;
  /** A request failed as a whole and is sent again. */
  readonly onRetry: (error: Error) => void;
  /** A request was answered. */
  readonly onWritten: (writes: number, fixes: number, seconds: number) => void;
  /** Fixes that were stored already: redelivered or resent. */
  readonly onRepeated: (fixes: number) => void;
}

interface Item {
  readonly block: TrackBlock;
  readonly write: TrackWrite;
}

/** Result of one request: the writes to be made in another way, and those to be sent again unchanged. */
interface Outcome {
  readonly conflicts: Item[];
  readonly faults: { item: Item; reason: string }[];
  readonly again: Item[];
}

/** The driver may retry a request within this time; then it gives up, and this writer sends it again. */
const REQUEST_TIMEOUT_MS = 15_000;
const BACKOFF = { firstMs: 100, mostMs: 10_000 };
/** Consecutive rounds without a server failure after which other workers get time to finish. */
const QUICK_ROUNDS = 3;

/**
 * Writes blocks to `tracks` in unordered bulk writes, by majority, until all are stored; while MongoDB is away it retries with jittered
 * backoff. A fix that is stored already stays as it is. A fix that MongoDB refuses for its content is returned as rejected and does not
 * affect the others.
 */
export class BlockWriter {
  readonly #options: BlockWriterOptions;

  constructor(options: BlockWriterOptions) {
    this.#options = options;
  }

  /**
   * Resolves when every fix of `blocks` is stored or rejected.
   * @throws the signal's reason when it is aborted before that; earlier writes stay
   */
  async store(blocks: readonly TrackBlock[], signal: AbortSignal): Promise<RejectedFix[]> {
    const { retentionMs } = this.#options;
    const rejected: RejectedFix[] = [];
    await this.#storeItems(
      blocks.map((block) => ({ block, write: blockUpsert(block, retentionMs()) })),
      rejected,
      signal,
    );
    return rejected;
  }

  async #storeItems(items: readonly Item[], rejected: RejectedFix[], signal: AbortSignal): Promise<void> {
    const backoff = createBackoff(BACKOFF);
    let todo = items;
    for (let round = 1; todo.length > 0; round += 1) {
      signal.throwIfAborted();
      try {
        const outcome = await this.#request(todo);
        const next = [...outcome.again, ...(await this.#remainders(outcome.conflicts))];
        for (const { item, reason } of outcome.faults) next.push(...this.#apart(item, reason, rejected));
        if (outcome.again.length > 0 || round > QUICK_ROUNDS) await backoff.wait(signal);
        todo = next;
      } catch (error) {
        signal.throwIfAborted();
        if (faultOfError(error as Error) === 'document') {
          await this.#storeHalves(todo, error as Error, rejected, signal);
          return;
        }
        this.#options.onRetry(error as Error);
        await backoff.wait(signal);
      }
    }
  }

  /** The driver could not send the request: one of its documents is the cause, and halving finds it. */
  async #storeHalves(
    items: readonly Item[],
    error: Error,
    rejected: RejectedFix[],
    signal: AbortSignal,
  ): Promise<void> {
    const [first] = items;
    if (first === undefined) return;
    if (items.length === 1) {
      await this.#storeItems(this.#apart(first, error.message, rejected), rejected, signal);
      return;
    }
    const middle = items.length >>> 1;
    await this.#storeItems(items.slice(0, middle), rejected, signal);
    await this.#storeItems(items.slice(middle), rejected, signal);
  }

  async #request(items: readonly Item[]): Promise<Outcome> {
    const startedAt = performance.now();
    let failed: FailedWrite[] = [];
    try {
      await this.#options.tracks.bulkWrite(
        items.map(({ write }) => ({ updateOne: { ...write } })),
        { ordered: false, writeConcern: { w: 'majority' }, timeoutMS: REQUEST_TIMEOUT_MS },
      );
    } catch (error) {
      const single = failedWrites(error);
      if (single === null) throw error;
      failed = single;
    }
    const outcome: Outcome = { conflicts: [], faults: [], again: [] };
    for (const failure of failed) {
      const { index, code, message } = failure;
      const item = items[index];
      if (item === undefined) continue;
      if (isDuplicateKey(failure)) outcome.conflicts.push(item);
      else if (faultOfCode(code) === 'document') outcome.faults.push({ item, reason: `${code}: ${message}` });
      else outcome.again.push(item);
    }
    const stored = items.length - failed.length;
    const fixes = items.reduce((sum, { block }) => sum + block.fixes.size, 0);
    this.#options.onWritten(stored, fixes, (performance.now() - startedAt) / 1000);
    return outcome;
  }

  /**
   * The remaining writes of blocks whose document exists already. Read by majority: what another worker has just written is not durable
   * before a majority has it, and until then counts as not written.
   */
  async #remainders(conflicts: readonly Item[]): Promise<Item[]> {
    if (conflicts.length === 0) return [];
    const ids = conflicts.map(({ write }) => write.filter._id as string);
    const found = this.#options.tracks.find(
      { _id: { $in: ids } },
      {
        projection: { f: 1 },
        readConcern: { level: 'majority' },
        timeoutMS: REQUEST_TIMEOUT_MS,
      },
    );
    const stored = new Map<string, Record<string, unknown>>();
    for await (const track of found) stored.set(String(track._id), track.f as Record<string, unknown>);
    return conflicts.flatMap(({ block, write }) => {
      const rest = blockRemainder(block, stored.get(write.filter._id as string), this.#options.retentionMs());
      const left = rest === null ? 0 : Object.keys(rest.update.$set ?? {}).length;
      this.#options.onRepeated(block.fixes.size - left);
      return rest === null ? [] : [{ block, write: rest }];
    });
  }

  /** Splits a refused block into one block per fix; a single fix is rejected. */
  #apart(item: Item, reason: string, rejected: RejectedFix[]): Item[] {
    const { block } = item;
    const seqs = [...block.fixes.keys()];
    if (seqs.length === 1 && seqs[0] !== undefined) {
      rejected.push({ block, seq: seqs[0], reason });
      return [];
    }
    return [...block.fixes].map(([seq, fix]) => {
      const single: TrackBlock = { ...block, fixes: new Map([[seq, fix]]) };
      return { block: single, write: blockUpsert(single, this.#options.retentionMs()) };
    });
  }
}
