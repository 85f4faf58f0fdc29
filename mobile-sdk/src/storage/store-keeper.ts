import type { SdkClock } from '../time/clock.ts';
import { Timer } from '../time/timer.ts';
import { within } from '../time/within.ts';
import { type RecordStore, type SdkStorage, StoreLostError } from './storage.ts';

/** What the app learns of its storage. Whatever happens to it, the SDK goes on in memory. */
export type StorageEvent =
  /** The store is open, with this many commands and fixes of earlier starts of the app. */
  | { readonly kind: 'open'; readonly commands: number; readonly fixes: number }
  /** The store is not open yet: another tab or process has it, or the storage is slow. What is stored there waits. */
  | { readonly kind: 'waiting' }
  /** A call of the storage failed; the SDK tries again. `isFull`: the disk or the app's share of it is full. */
  | {
      readonly kind: 'failed';
      readonly during: 'open' | 'write' | 'wipe';
      readonly isFull: boolean;
      readonly error: unknown;
    }
  /** Another tab or process has taken the store over, or it was wiped. It is opened again at the next `wake()`. */
  | { readonly kind: 'lost' };

export interface StoreKeeperParts {
  readonly storage: SdkStorage | undefined;
  readonly clock: SdkClock;
  /** Reads what earlier starts left. @returns how much that was */
  readonly restore: (store: RecordStore) => Promise<{ commands: number; fixes: number }>;
  /** There is an open store: what waits in memory can be stored. */
  readonly onOpen: () => void;
  readonly onLost: () => void;
  readonly onEvent: (event: StorageEvent) => void;
}

/** Fixes and commands wait so long for those of earlier starts, which then follow instead of going first. */
const RESTORE_WAIT_MS = 2000;
/** A command is sent before it is stored when the storage takes longer. */
const WRITE_WAIT_MS = 5000;
const REOPEN_MS = 1000;
const REOPEN_MAX_MS = 60_000;

/** Opens the app's storage, keeps it open, and reports its failures: nothing that it does rejects. */
export class StoreKeeper {
  /** Resolves when what earlier starts left was read, or when that is not to be waited for. */
  readonly ready: Promise<void>;
  readonly #parts: StoreKeeperParts;
  readonly #timer: Timer;
  readonly #waiting = new AbortController();
  #store: RecordStore | null = null;
  #failures = 0;
  #isClosed = false;
  #isLost = false;

  constructor(parts: StoreKeeperParts) {
    this.#parts = parts;
    this.#timer = new Timer(parts.clock);
    this.ready = parts.storage === undefined ? Promise.resolve() : this.#openWithin(parts.storage);
  }

  get isOpen(): boolean {
    return this.#store !== null;
  }

  /** Resolves with undefined when there is no open store, when it failed, or when it takes too long (and may still be carried out: `onLate`). */
  write<T>(run: (store: RecordStore) => Promise<T>, onLate?: (result: T) => void): Promise<T | undefined> {
    const store = this.#store;
    if (store === null) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      let isLate = false;
      const cancel = this.#parts.clock.after(WRITE_WAIT_MS, () => {
        isLate = true;
        this.#failed('write', new Error(`the storage takes longer than ${WRITE_WAIT_MS} ms`));
        resolve(undefined);
      });
      run(store).then(
        (result) => {
          cancel();
          if (isLate) onLate?.(result);
          else resolve(result);
        },
        (error: unknown) => {
          cancel();
          if (store === this.#store && !(error instanceof StoreLostError)) this.#failed('write', error);
          resolve(undefined);
        },
      );
    });
  }

  /** The app is in the foreground: takes back a store that was lost. Two clients that did so at once would do nothing else. */
  reopen(): void {
    const { storage } = this.#parts;
    if (!this.#isLost || this.#isClosed || storage === undefined) return;
    this.#isLost = false;
    void this.#open(storage);
  }

  /** Waits for the calls before it; the records stay for the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.abort();
    this.#timer.clear();
    const store = this.#store;
    this.#store = null;
    if (store === null) return;
    const closed = within(this.#parts.clock, WRITE_WAIT_MS, store.close());
    await closed.catch((error: unknown) => this.#failed('write', error));
  }

  /** Deletes every record, also of a closed client. */
  async wipe(): Promise<void> {
    await this.#parts.storage?.wipe().catch((error: unknown) => this.#failed('wipe', error));
  }

  #openWithin(storage: SdkStorage): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(RESTORE_WAIT_MS, () => {
        if (!this.#isClosed) this.#parts.onEvent({ kind: 'waiting' });
        resolve();
      });
      void this.#open(storage).then(() => {
        cancel();
        resolve();
      });
    });
  }

  async #open(storage: SdkStorage): Promise<void> {
    let isLost = false;
    const onLost = () => {
      isLost = true;
      this.#lost();
    };
    let store: RecordStore | undefined;
    try {
      store = await storage.open({ onLost, signal: this.#waiting.signal });
      if (this.#isClosed) return await store.close();
      const restored = await this.#parts.restore(store);
      if (isLost || this.#isClosed) return await store.close();
      this.#store = store;
      this.#failures = 0;
      this.#parts.onEvent({ kind: 'open', ...restored });
      this.#parts.onOpen();
    } catch (error) {
      // Opened and not read: kept, it would lock everybody out, this client included.
      await store?.close().catch(() => undefined);
      if (this.#isClosed || isLost) return;
      this.#failed('open', error);
      const delayMs = Math.min(REOPEN_MAX_MS, REOPEN_MS * 2 ** this.#failures++);
      this.#timer.set(delayMs, () => void this.#open(storage));
    }
  }

  #lost(): void {
    this.#store = null;
    if (this.#isClosed) return;
    this.#isLost = true;
    this.#parts.onEvent({ kind: 'lost' });
    this.#parts.onLost();
  }

  #failed(during: 'open' | 'write' | 'wipe', error: unknown): void {
    this.#parts.onEvent({ kind: 'failed', during, isFull: isFull(error), error });
  }
}

/** IndexedDB, Node and SQLite (SQLITE_FULL, 13) say it in their own ways; AsyncStorage and MMKV only in words. */
function isFull(error: unknown): boolean {
  const { name, code, errcode, message } = Object(error) as Partial<Record<string, unknown>>;
  return (
    name === 'QuotaExceededError' ||
    ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String(code)) ||
    errcode === 13 ||
    /\b(full|quota)\b/i.test(String(message))
  );
}
