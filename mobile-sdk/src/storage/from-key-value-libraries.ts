import { type KeyValueStorageOptions, keyValueStorage } from './key-value-storage.ts';
import type { SdkStorage } from './storage.ts';

/**
 * `@react-native-async-storage/async-storage`: the default export of version 2, or `createAsyncStorage(name)` of version 3. The two read many
 * values at once in different ways; the rest is alike.
 */
export interface AsyncStorageLike {
  getAllKeys(): Promise<readonly string[]>;
  getItem(key: string): Promise<string | null>;
  setItem(key: string, value: string): Promise<void>;
  removeItem(key: string): Promise<void>;
  /** Version 2. */
  multiGet?(keys: string[]): Promise<readonly (readonly [string, string | null])[]>;
  /** Version 3. */
  getMany?(keys: string[]): Promise<Record<string, string | null>>;
}

/** `react-native-mmkv`: `createMMKV({ id })` of version 4, `new MMKV({ id })` of version 3. */
export interface MmkvLike {
  getAllKeys(): string[];
  getString(key: string): string | undefined;
  set(key: string, value: string): void;
  /** Version 4. */
  remove?(key: string): unknown;
  /** Version 3. */
  delete?(key: string): unknown;
}

/** @see keyValueStorage */
export function fromAsyncStorage(storage: AsyncStorageLike, options?: KeyValueStorageOptions): SdkStorage {
  async function getMany(keys: readonly string[]): Promise<(string | null)[]> {
    if (storage.getMany !== undefined) {
      const values = await storage.getMany([...keys]);
      return keys.map((key) => values[key] ?? null);
    }
    if (storage.multiGet !== undefined) {
      const values = new Map(await storage.multiGet([...keys]));
      return keys.map((key) => values.get(key) ?? null);
    }
    return Promise.all(keys.map((key) => storage.getItem(key)));
  }
  return keyValueStorage(
    {
      identity: storage,
      keys: () => storage.getAllKeys(),
      getMany,
      set: (key, value) => storage.setItem(key, value),
      remove: (key) => storage.removeItem(key),
    },
    options,
  );
}

/**
 * MMKV writes to memory that the operating system saves: what it holds survives the end of the app, and not always that of the phone's power.
 * @see keyValueStorage
 */
export function fromMmkv(mmkv: MmkvLike, options?: KeyValueStorageOptions): SdkStorage {
  return keyValueStorage(
    {
      identity: mmkv,
      keys: () => mmkv.getAllKeys(),
      getMany: (keys) => keys.map((key) => mmkv.getString(key) ?? null),
      set: (key, value) => mmkv.set(key, value),
      remove: (key) => {
        if (mmkv.remove !== undefined) mmkv.remove(key);
        else mmkv.delete?.(key);
      },
    },
    options,
  );
}
