import type { mongo } from 'mongoose';
import { failedWrites } from './bulk-errors.ts';
import type { TypedCollection } from './database.ts';
import { isDuplicateKey } from './duplicate-key.ts';

/** A single write, as `bulkWrite` takes it. */
export type SingleWrite<Stored extends object> = mongo.AnyBulkWriteOperation<Stored>;

export interface WriteBatchOptions<Stored extends object> {
  readonly collection: TypedCollection<Stored>;
  /** Writes of one request. */
  readonly most: number;
  /** Longest wait of a write for others, ms. */
  readonly waitMs: number;
  /** Most writes waiting or in flight; above it a write is refused. */
  readonly pendingMost: number;
}

/** Timeout of a request, ms; it includes the driver's retry. */
const REQUEST_TIMEOUT_MS = 10_000;

interface Waiting<Stored extends object> {
  readonly write: SingleWrite<Stored>;
  readonly resolve: (outcome: 'written' | 'duplicate') => void;
  readonly reject: (error: Error) => void;
}

/**
 * Sends single writes of many callers together, unordered: MongoDB accepts some hundreds of single writes a second and thousands in bulk.
 * One request at a time, so that a slow MongoDB gets fewer, larger requests. Writes must be safe to repeat.
 */
export class WriteBatch<Stored extends object> {
  readonly #options: WriteBatchOptions<Stored>;
  #waiting: Waiting<Stored>[] = [];
  #pending = 0;
  #sending: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WriteBatchOptions<Stored>) {
    this.#options = options;
  }

  /** @throws Error when too many writes wait, or MongoDB does not answer or refuses it: it is then unknown whether it was written */
  write(write: SingleWrite<Stored>): Promise<'written' | 'duplicate'> {
    if (this.#pending >= this.#options.pendingMost)
      return Promise.reject(new Error(`${this.#pending} writes are already waiting for MongoDB`));
    this.#pending += 1;
    const { promise, resolve, reject } = Promise.withResolvers<'written' | 'duplicate'>();
    this.#waiting.push({ write, resolve, reject });
    if (this.#sending === null) {
      if (this.#waiting.length >= this.#options.most) this.#send();
      else this.#timer ??= setTimeout(() => this.#send(), this.#options.waitMs);
    }
    return promise;
  }

  /** Resolves when no write is pending. */
  async drain(): Promise<void> {
    while (this.#pending > 0) {
      this.#send();
      await this.#sending;
    }
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#sending !== null || this.#waiting.length === 0) return;
    const batch = this.#waiting.splice(0, this.#options.most);
    this.#sending = this.#request(batch).finally(() => {
      this.#pending -= batch.length;
      this.#sending = null;
      this.#send();
    });
  }

  async #request(batch: readonly Waiting<Stored>[]): Promise<void> {
    try {
      const writes = batch.map(({ write }) => write);
      await this.#options.collection.bulkWrite(writes, {
        ordered: false,
        timeoutMS: REQUEST_TIMEOUT_MS,
      });
      for (const { resolve } of batch) resolve('written');
    } catch (error) {
      const failed = new Map(failedWrites(error)?.map((write) => [write.index, write]));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const fault = failed.get(index);
        if (failed.size === 0) reject(error as Error);
        else if (fault === undefined) resolve('written');
        else if (isDuplicateKey(fault)) resolve('duplicate');
        else reject(new Error(`MongoDB refused the write (${fault.code})`));
      }
    }
  }
}
