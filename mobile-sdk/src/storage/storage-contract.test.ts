import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, it } from 'vitest';
import { STORAGE_CONTRACT, type StorageUnderTest } from '../../test/storage-contract.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { fromAsyncStorage, fromMmkv } from './from-key-value-libraries.ts';
import { fromExpoSqlite, fromNodeSqlite, fromOpSqlite } from './from-sqlite-libraries.ts';
import { memoryStorage } from './memory-storage.ts';
import { fileStorage } from './node/file-storage.ts';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

function cleanedFolder(): string {
  const folder = temporaryFolder();
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function database(): DatabaseSync {
  const opened = new DatabaseSync(join(cleanedFolder(), 'rideline.db'));
  cleanUps.push(() => opened.close());
  return opened;
}

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The calls of `@react-native-async-storage/async-storage` 2 and 3, with their results, over a map. */
function asyncStorage(version: 2 | 3) {
  const values = new Map<string, string>();
  const one = {
    getAllKeys: async () => [...values.keys()],
    getItem: async (key: string) => values.get(key) ?? null,
    setItem: async (key: string, value: string) => {
      await tick();
      if (Buffer.byteLength(value) > 65_536) throw new Error(`${value.length} characters in one value`);
      values.set(key, value);
    },
    removeItem: async (key: string) => void values.delete(key),
  };
  const getItem = () => Promise.reject(new Error('one value after the other'));
  if (version === 2)
    return {
      ...one,
      getItem,
      multiGet: async (keys: string[]) =>
        keys.map((key): [string, string | null] => [key, values.get(key) ?? null]),
    };
  const getMany = async (keys: string[]) =>
    Object.fromEntries(keys.map((key) => [key, values.get(key) ?? null]));
  return { ...one, getItem, getMany };
}

/** The calls of react-native-mmkv 3 and 4, over a map. */
function mmkv(version: 3 | 4) {
  const values = new Map<string, string>();
  const one = {
    getAllKeys: () => [...values.keys()],
    getString: (key: string) => values.get(key),
    set: (key: string, value: string) => void values.set(key, value),
  };
  const remove = (key: string) => values.delete(key);
  return version === 4 ? { ...one, remove } : { ...one, delete: remove };
}

function ofFiles(): StorageUnderTest {
  const folder = cleanedFolder();
  return { newStorage: () => fileStorage({ folder }) };
}

function ofOneObject<Library>(
  library: Library,
  storageOf: (library: Library) => ReturnType<typeof memoryStorage>,
) {
  return { newStorage: () => storageOf(library) };
}

/** op-sqlite and expo-sqlite cannot run in Node: their calls, carried out by node:sqlite. */
const opSqlite = (db: DatabaseSync) => ({
  execute: async (sql: string, values: (string | number)[] = []) => {
    await tick();
    return { rows: db.prepare(sql).all(...values) as Record<string, unknown>[] };
  },
});
const expoSqlite = (db: DatabaseSync) => ({
  getAllAsync: async (sql: string, values: (string | number)[]) => {
    await tick();
    return db.prepare(sql).all(...values) as unknown[];
  },
});

const STORAGES: readonly [string, () => StorageUnderTest][] = [
  ['memory', () => ofOneObject(memoryStorage(), (storage) => storage)],
  ['the Node file', ofFiles],
  ['node:sqlite', () => ofOneObject(database(), (db) => fromNodeSqlite(db))],
  ["op-sqlite's calls", () => ofOneObject(opSqlite(database()), (db) => fromOpSqlite(db))],
  ["expo-sqlite's calls", () => ofOneObject(expoSqlite(database()), (db) => fromExpoSqlite(db))],
  ["AsyncStorage 2's calls", () => ofOneObject(asyncStorage(2), (storage) => fromAsyncStorage(storage))],
  ["AsyncStorage 3's calls", () => ofOneObject(asyncStorage(3), (storage) => fromAsyncStorage(storage))],
  ["MMKV 3's calls", () => ofOneObject(mmkv(3), (storage) => fromMmkv(storage))],
  ["MMKV 4's calls", () => ofOneObject(mmkv(4), (storage) => fromMmkv(storage))],
];

describe.each(STORAGES)('the contract of a storage: %s', (_name, under) => {
  it.each(STORAGE_CONTRACT)('SDK-50: $title', ({ run }) => run(under()));
});
