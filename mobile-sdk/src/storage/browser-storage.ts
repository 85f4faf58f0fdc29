import { deviceClock, type SdkClock } from '../time/clock.ts';
import { CallOrder } from './call-order.ts';
import {
  type IdbFactory,
  type IdbKeyRanges,
  type IdbTransaction,
  openDatabase,
  ReopenedDatabase,
} from './indexed-db.ts';
import { isLeaseFree, LEASE_MS, type Lease, NO_LEASE, waitForLease } from './lease.ts';
import { keepRenewing } from './lease-renewal.ts';
import {
  checkTexts,
  LOG_NAMES,
  type LogName,
  type OpenOptions,
  type RecordStore,
  type SdkStorage,
  type StoredRecord,
  StoreLostError,
} from './storage.ts';

export interface BrowserStorageOptions {
  /** Name of the IndexedDB database; one for each account and client. Default: `rideline`. */
  name?: string;
  /** false: the tabs take turns by a lease in the database, as in a page without Web Locks. Default: Web Locks where the page has them. */
  useWebLocks?: boolean;
  clock?: SdkClock;
}

/** https://w3c.github.io/web-locks/ */
interface LockManager {
  request(name: string, options: { signal?: AbortSignal }, callback: () => Promise<void>): Promise<void>;
}

interface BrowserGlobals {
  readonly indexedDB: IdbFactory;
  readonly IDBKeyRange: IdbKeyRanges;
  readonly navigator?: { readonly locks?: LockManager };
}

const LEASES = 'leases';
const LEASE_KEY = 'lease';
const ALL_STORES = [...LOG_NAMES, LEASES];

/**
 * A storage in IndexedDB. One tab has it open: the others wait for a Web Lock, which ends with the tab that holds it, or, in a page without Web
 * Locks (plain HTTP), for a lease that ends 15 s after its holder's last sign. The browser may delete the database when the disk is full, unless
 * the app has called `navigator.storage.persist()`.
 */
export function browserStorage(options: BrowserStorageOptions = {}): SdkStorage {
  const { name = 'rideline', useWebLocks = true, clock = deviceClock } = options;
  const browser = globalThis as unknown as BrowserGlobals;
  const locks = useWebLocks ? browser.navigator?.locks : undefined;
  const connect = () => openDatabase(browser.indexedDB, name, [...LOG_NAMES], LEASES);
  const openedDatabase = async () => new ReopenedDatabase(connect, await connect());

  /** Writes the lease that `next` makes of the present one. @returns its fence; null: it stays as it is */
  async function changeLease(
    database: ReopenedDatabase,
    next: (lease: Lease) => Lease | null,
    also?: (transaction: IdbTransaction) => void,
  ): Promise<number | null> {
    let fence: number | null = null;
    await database.run(ALL_STORES, 'readwrite', (transaction) => {
      const leases = transaction.objectStore(LEASES);
      const read = leases.get(LEASE_KEY);
      read.onsuccess = () => {
        const lease = next((read.result as Lease | undefined) ?? NO_LEASE);
        if (lease === null) return;
        fence = lease.fence;
        leases.put(lease, LEASE_KEY);
        also?.(transaction);
      };
    });
    return fence;
  }

  async function open({ onLost, signal }: OpenOptions): Promise<RecordStore> {
    const release = locks && (await holdLock(locks, `rideline ${name}`, signal));
    let database: ReopenedDatabase | undefined;
    try {
      const opened = await openedDatabase();
      database = opened;
      const take = () =>
        changeLease(opened, (lease) => {
          if (release === undefined && !isLeaseFree(lease, clock.wallMs())) return null;
          return { fence: lease.fence + 1, until: release === undefined ? clock.wallMs() + LEASE_MS : 0 };
        });
      const fence = await waitForLease(take, clock.after, signal);
      const renew = () =>
        changeLease(opened, (lease) =>
          lease.fence === fence ? { fence, until: clock.wallMs() + LEASE_MS } : null,
        );
      const close = async () => {
        if (release === undefined)
          await changeLease(opened, (lease) => (lease.fence === fence ? { fence, until: 0 } : null));
      };
      const end = () => {
        opened.close();
        release?.();
      };
      return new BrowserStore({
        database: opened,
        ranges: browser.IDBKeyRange,
        fence,
        onLost,
        lease: { close, end, ...(release === undefined ? { renew, clock } : {}) },
      });
    } catch (error) {
      database?.close();
      release?.();
      throw error;
    }
  }

  return {
    open,
    async wipe() {
      const database = await openedDatabase();
      try {
        await changeLease(
          database,
          ({ fence }) => ({ fence: fence + 1, until: 0 }),
          (transaction) => {
            for (const log of LOG_NAMES) transaction.objectStore(log).clear();
          },
        );
      } finally {
        database.close();
      }
    },
  };
}

/** Resolves with the function that releases the lock. */
function holdLock(locks: LockManager, name: string, signal: AbortSignal | undefined): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const held = () => new Promise<void>((release) => resolve(release));
    locks.request(name, signal === undefined ? {} : { signal }, held).catch(reject);
  });
}

interface BrowserStoreParts {
  readonly database: ReopenedDatabase;
  readonly ranges: IdbKeyRanges;
  readonly fence: number;
  readonly onLost: () => void;
  readonly lease: {
    /** Gives the lease up. */
    close(): Promise<void>;
    end(): void;
    renew?(): Promise<number | null>;
    clock?: SdkClock;
  };
}

class BrowserStore implements RecordStore {
  readonly #parts: BrowserStoreParts;
  readonly #calls: CallOrder;
  #cancelRenewal: (() => void) | undefined;

  constructor(parts: BrowserStoreParts) {
    this.#parts = parts;
    this.#calls = new CallOrder(() => {
      this.#end();
      parts.onLost();
    });
    const { renew, clock } = parts.lease;
    if (renew !== undefined && clock !== undefined)
      this.#cancelRenewal = keepRenewing(clock, () =>
        this.#calls.run(async () => {
          if ((await renew()) === null) throw new StoreLostError();
        }),
      );
  }

  append(log: LogName, texts: readonly string[]): Promise<number[]> {
    return this.#calls.run(async () => {
      checkTexts(texts);
      const ids: number[] = [];
      await this.#change(log, 'readwrite', (transaction) => {
        for (const text of texts) {
          const added = transaction.objectStore(log).add(text);
          added.onsuccess = () => ids.push(added.result as number);
        }
      });
      return ids;
    });
  }

  read(log: LogName, afterId: number, limit: number): Promise<StoredRecord[]> {
    return this.#calls.run(async () => {
      const range = this.#parts.ranges.lowerBound(afterId, true);
      let ids: number[] = [];
      let texts: string[] = [];
      await this.#change(log, 'readonly', (transaction) => {
        const keys = transaction.objectStore(log).getAllKeys(range, limit);
        keys.onsuccess = () => {
          ids = keys.result as number[];
        };
        const values = transaction.objectStore(log).getAll(range, limit);
        values.onsuccess = () => {
          texts = values.result as string[];
        };
      });
      return ids.map((id, at) => ({ id, text: texts[at] as string }));
    });
  }

  delete(log: LogName, ids: readonly number[]): Promise<void> {
    return this.#calls.run(() =>
      this.#change(log, 'readwrite', (transaction) => {
        for (const id of ids) transaction.objectStore(log).delete(id);
      }),
    );
  }

  deleteUpTo(log: LogName, id: number): Promise<void> {
    return this.#calls.run(() =>
      this.#change(log, 'readwrite', (transaction) => {
        transaction.objectStore(log).delete(this.#parts.ranges.upperBound(id));
      }),
    );
  }

  close(): Promise<void> {
    return this.#calls.close(async () => {
      try {
        await this.#parts.lease.close();
      } finally {
        this.#end();
      }
    });
  }

  #end(): void {
    this.#cancelRenewal?.();
    this.#parts.lease.end();
  }

  /** One transaction in which the lease is checked first. It is another one when the user or the browser has deleted the site's data. */
  async #change(
    log: LogName,
    mode: 'readonly' | 'readwrite',
    run: (transaction: IdbTransaction) => void,
  ): Promise<void> {
    let isLost = false;
    const { database, fence } = this.#parts;
    const done = database.run([log, LEASES], mode, (transaction) => {
      const read = transaction.objectStore(LEASES).get(LEASE_KEY);
      read.onsuccess = () => {
        isLost = (read.result as Lease | undefined)?.fence !== fence;
        if (isLost) transaction.abort();
        else run(transaction);
      };
    });
    await done.catch((error: unknown) => {
      throw isLost ? new StoreLostError() : error;
    });
  }
}
