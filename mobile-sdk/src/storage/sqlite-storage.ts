import { deviceClock, type SdkClock } from '../time/clock.ts';
import { CallOrder } from './call-order.ts';
import { LEASE_MS, waitForLease } from './lease.ts';
import { keepRenewing } from './lease-renewal.ts';
import {
  checkTexts,
  type OpenOptions,
  type RecordStore,
  type SdkStorage,
  type StoredRecord,
  StoreLostError,
} from './storage.ts';

type Row = Readonly<Record<string, unknown>>;

/** What the storage needs of an SQLite database (3.35 or newer, with JSON functions). */
export interface SqliteDatabase {
  /** Runs one statement with its values for `?` and resolves with its rows, none for a statement without. */
  all(sql: string, values: readonly (string | number)[]): Promise<readonly Row[]> | readonly Row[];
}

export interface SqliteStorageOptions {
  /** Name of this store within the database; one for each account and client. Default: `rideline`. */
  name?: string;
  /**
   * Whether several processes open the database. false (default; a phone's app): the client that opens the store last has it at once. true: a
   * client waits until the other has closed the store, or has given no sign for 15 s.
   */
  isShared?: boolean;
  clock?: SdkClock;
}

const SETUP = [
  'PRAGMA busy_timeout = 3000',
  'PRAGMA journal_mode = WAL',
  // Every commit reaches the disk before the statement ends.
  'PRAGMA synchronous = FULL',
  `CREATE TABLE IF NOT EXISTS rideline_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT, store TEXT NOT NULL, log TEXT NOT NULL, text TEXT NOT NULL)`,
  'CREATE INDEX IF NOT EXISTS rideline_records_in_order ON rideline_records (store, log, id)',
  `CREATE TABLE IF NOT EXISTS rideline_leases (
    store TEXT PRIMARY KEY, fence INTEGER NOT NULL, until INTEGER NOT NULL)`,
];
const IS_HELD = '? = (SELECT fence FROM rideline_leases WHERE store = ?)';

/**
 * A storage in an SQLite database. Give the SDK a connection of its own: a transaction of the app on the same connection would contain its writes,
 * and undo them when it is rolled back. Each write is one statement that checks the lease, so it needs no transaction.
 */
export function sqliteStorage(database: SqliteDatabase, options: SqliteStorageOptions = {}): SdkStorage {
  const { name = 'rideline', isShared = false, clock = deviceClock } = options;
  let ready: Promise<void> | undefined;

  async function setUp(): Promise<void> {
    for (const sql of SETUP) await database.all(sql, []);
    await database.all('INSERT OR IGNORE INTO rideline_leases VALUES (?, 0, 0)', [name]);
  }

  function whenReady(): Promise<void> {
    ready ??= setUp().catch((error: unknown) => {
      ready = undefined;
      throw error;
    });
    return ready;
  }

  /** @returns the fence of the new holder; null while another holds the lease */
  async function take(): Promise<number | null> {
    const nowMs = clock.wallMs();
    const until = isShared ? nowMs + LEASE_MS : 0;
    // As in `isLeaseFree`.
    const [free, values] = isShared ? ['AND (until <= ? OR until > ?)', [nowMs, nowMs + LEASE_MS]] : ['', []];
    const sql = `UPDATE rideline_leases SET fence = fence + 1, until = ? WHERE store = ? ${free} RETURNING fence`;
    const [row] = await database.all(sql, [until, name, ...values]);
    return row === undefined ? null : (row.fence as number);
  }

  return {
    async open({ onLost, signal }: OpenOptions): Promise<RecordStore> {
      await whenReady();
      const fence = await waitForLease(take, clock.after, signal);
      return new SqliteStore({ database, name, fence, onLost, renew: isShared ? clock : undefined });
    },
    async wipe() {
      await whenReady();
      await database.all('UPDATE rideline_leases SET fence = fence + 1, until = 0 WHERE store = ?', [name]);
      await database.all('DELETE FROM rideline_records WHERE store = ?', [name]);
    },
  };
}

interface SqliteStoreParts {
  readonly database: SqliteDatabase;
  readonly name: string;
  readonly fence: number;
  readonly onLost: () => void;
  /** Absent: the lease does not end by itself. */
  readonly renew: SdkClock | undefined;
}

class SqliteStore implements RecordStore {
  readonly #parts: SqliteStoreParts;
  readonly #calls: CallOrder;
  #cancelRenewal: (() => void) | undefined;

  constructor(parts: SqliteStoreParts) {
    this.#parts = parts;
    this.#calls = new CallOrder(() => {
      this.#cancelRenewal?.();
      parts.onLost();
    });
    const { renew, name, fence } = parts;
    if (renew !== undefined)
      this.#cancelRenewal = keepRenewing(renew, () => {
        const sql = 'UPDATE rideline_leases SET until = ? WHERE store = ? AND fence = ?';
        const values = [renew.wallMs() + LEASE_MS, name, fence];
        return this.#run(() => this.#all(sql, values));
      });
  }

  append(log: string, texts: readonly string[]): Promise<number[]> {
    const { name } = this.#parts;
    return this.#run(async () => {
      checkTexts(texts);
      const sql = `INSERT INTO rideline_records (store, log, text)
        SELECT ?, ?, value FROM json_each(?) WHERE ${IS_HELD} ORDER BY key RETURNING id`;
      const rows = await this.#all(sql, [name, log, JSON.stringify(texts), ...this.#held()]);
      if (rows.length < texts.length) throw new StoreLostError();
      return rows.map(({ id }) => id as number).sort((a, b) => a - b);
    });
  }

  read(log: string, afterId: number, limit: number): Promise<StoredRecord[]> {
    const sql =
      'SELECT id, text FROM rideline_records WHERE store = ? AND log = ? AND id > ? ORDER BY id LIMIT ?';
    return this.#run(async () => {
      const rows = await this.#all(sql, [this.#parts.name, log, afterId, limit]);
      return rows.map(({ id, text }) => ({ id: id as number, text: text as string }));
    });
  }

  delete(log: string, ids: readonly number[]): Promise<void> {
    return this.#delete(log, 'id IN (SELECT value FROM json_each(?))', JSON.stringify(ids));
  }

  deleteUpTo(log: string, id: number): Promise<void> {
    return this.#delete(log, 'id <= ?', id);
  }

  close(): Promise<void> {
    return this.#calls.close(async () => {
      this.#cancelRenewal?.();
      await this.#all('UPDATE rideline_leases SET until = 0 WHERE store = ? AND fence = ?', [
        this.#parts.name,
        this.#parts.fence,
      ]);
    });
  }

  #delete(log: string, which: string, value: string | number): Promise<void> {
    const sql = `DELETE FROM rideline_records WHERE store = ? AND log = ? AND ${which} AND ${IS_HELD}`;
    return this.#run(async () => {
      await this.#all(sql, [this.#parts.name, log, value, ...this.#held()]);
    });
  }

  #run<T>(call: () => Promise<T>): Promise<T> {
    return this.#calls.run(async () => {
      const [held] = await this.#all(`SELECT ${IS_HELD} AS held`, this.#held());
      if (held?.held !== 1) throw new StoreLostError();
      return call();
    });
  }

  #held(): [number, string] {
    return [this.#parts.fence, this.#parts.name];
  }

  async #all(sql: string, values: readonly (string | number)[]): Promise<readonly Row[]> {
    return this.#parts.database.all(sql, values);
  }
}
