import { type SqliteStorageOptions, sqliteStorage } from './sqlite-storage.ts';
import type { SdkStorage } from './storage.ts';

type Values = (string | number)[];
type Rows = Record<string, unknown>[];

/** A database of op-sqlite: `open({ name: 'rideline.db' })`. */
export interface OpSqliteDatabase {
  execute(sql: string, values?: Values): Promise<{ rows: Rows }>;
}

/** A database of expo-sqlite: `await openDatabaseAsync('rideline.db', { useNewConnection: true })`. */
export interface ExpoSqliteDatabase {
  getAllAsync(sql: string, values: Values): Promise<unknown[]>;
}

/** A database of Node's `node:sqlite`: `new DatabaseSync(path)`. */
export interface NodeSqliteDatabase {
  prepare(sql: string): { all(...values: Values): unknown[] };
}

/** @see sqliteStorage */
export function fromOpSqlite(database: OpSqliteDatabase, options?: SqliteStorageOptions): SdkStorage {
  const all = async (sql: string, values: readonly (string | number)[]) =>
    (await database.execute(sql, [...values])).rows;
  return sqliteStorage({ all }, options);
}

/** @see sqliteStorage */
export function fromExpoSqlite(database: ExpoSqliteDatabase, options?: SqliteStorageOptions): SdkStorage {
  const all = async (sql: string, values: readonly (string | number)[]) =>
    (await database.getAllAsync(sql, [...values])) as Rows;
  return sqliteStorage({ all }, options);
}

/** Several processes may open the database, so a client waits for the one that has the store. @see sqliteStorage */
export function fromNodeSqlite(database: NodeSqliteDatabase, options?: SqliteStorageOptions): SdkStorage {
  const all = (sql: string, values: readonly (string | number)[]) =>
    database.prepare(sql).all(...values) as Rows;
  return sqliteStorage({ all }, { isShared: true, ...options });
}
