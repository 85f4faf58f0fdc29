/** The parts of IndexedDB that the storage uses (https://w3c.github.io/IndexedDB/): the SDK is compiled without the DOM's types. */
export interface IdbRequest {
  readonly result: unknown;
  readonly error: unknown;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}

export interface IdbObjectStore {
  add(value: unknown): IdbRequest;
  put(value: unknown, key: string): IdbRequest;
  get(key: string): IdbRequest;
  getAll(range: unknown, limit: number): IdbRequest;
  getAllKeys(range: unknown, limit: number): IdbRequest;
  delete(key: unknown): IdbRequest;
  clear(): IdbRequest;
}

export interface IdbTransaction {
  readonly error: unknown;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
  objectStore(name: string): IdbObjectStore;
  abort(): void;
}

export interface IdbConnection {
  onversionchange: (() => void) | null;
  transaction(
    stores: readonly string[],
    mode: 'readonly' | 'readwrite',
    options: { durability: 'strict' },
  ): IdbTransaction;
  createObjectStore(name: string, options?: { autoIncrement: boolean }): IdbObjectStore;
  close(): void;
}

export interface IdbFactory {
  open(name: string, version: number): IdbRequest & { onupgradeneeded: (() => void) | null };
}

export interface IdbKeyRanges {
  lowerBound(key: number, isOpen: boolean): unknown;
  upperBound(key: number): unknown;
}

/** Opens the database, and makes its stores when it is new: `logs` number their values, `plain` has keys of its own. */
export function openDatabase(
  factory: IdbFactory,
  name: string,
  logs: readonly string[],
  plain: string,
): Promise<IdbConnection> {
  return new Promise((resolve, reject) => {
    const request = factory.open(name, 1);
    request.onupgradeneeded = () => {
      const connection = request.result as IdbConnection;
      for (const log of logs) connection.createObjectStore(log, { autoIncrement: true });
      connection.createObjectStore(plain);
    };
    request.onsuccess = () => {
      const connection = request.result as IdbConnection;
      // Somebody deletes the database: without this the deletion waits for this page.
      connection.onversionchange = () => connection.close();
      resolve(connection);
    };
    request.onerror = () => reject(request.error);
  });
}

/**
 * A database whose connection is opened again when it is closed: browsers close connections of pages in the background, mostly without the
 * event `close`, and every transaction of such a connection fails (dexie/Dexie.js #1139, localForage #887).
 */
export class ReopenedDatabase {
  readonly #connect: () => Promise<IdbConnection>;
  #connection: IdbConnection;
  #isClosed = false;

  constructor(connect: () => Promise<IdbConnection>, connection: IdbConnection) {
    this.#connect = connect;
    this.#connection = connection;
  }

  /** Runs `start` in a transaction and waits until it is on the disk. Rejects with what aborted it, and nothing of it is stored. */
  async run(
    stores: readonly string[],
    mode: Mode,
    start: (transaction: IdbTransaction) => void,
  ): Promise<void> {
    try {
      await inTransaction(this.#connection, stores, mode, start);
    } catch (error) {
      // The transaction did not begin.
      if (this.#isClosed || (error as { name?: unknown }).name !== 'InvalidStateError') throw error;
      this.#connection = await this.#connect();
      if (this.#isClosed) this.#connection.close();
      await inTransaction(this.#connection, stores, mode, start);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#connection.close();
  }
}

type Mode = 'readonly' | 'readwrite';

function inTransaction(
  connection: IdbConnection,
  stores: readonly string[],
  mode: Mode,
  start: (transaction: IdbTransaction) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = connection.transaction(stores, mode, { durability: 'strict' });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was aborted'));
    start(transaction);
  });
}
