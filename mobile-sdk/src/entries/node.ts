/**
 * `@rideline/sdk/node`: storage for Node ≥ 20. The only entry that imports Node's own modules.
 *
 * @module
 */

export { fromNodeSqlite, type NodeSqliteDatabase } from '../storage/from-sqlite-libraries.ts';
export { type FileStorageOptions, fileStorage } from '../storage/node/file-storage.ts';
export { type SqliteDatabase, type SqliteStorageOptions, sqliteStorage } from '../storage/sqlite-storage.ts';
