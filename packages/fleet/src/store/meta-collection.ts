import { defineCollection, mixed, requiredString, schemaVersion } from './collection-definition.ts';

/** Data about the database itself: applied migrations, leases, the bucket's owner, a restore. */
export interface StoredMeta {
  _id: string;
  v: 1;
  applied?: { id: string; at: Date }[];
  holder?: string;
  until?: Date;
  restore?: StoredRestore;
}

/** How far a restore is (restore-record.ts). */
export interface StoredRestore {
  /** Of this restore, from its beginning to its end, over all interruptions. */
  readonly run: string;
  /** Identifies the backup: the digest of its manifest. */
  readonly backup: string;
  readonly backupCreatedAt: string;
  /** It replaces the data that was there. */
  readonly force: boolean;
  /** The process that runs it, and until when it counts as alive without a sign. */
  readonly holder: string;
  readonly until: Date;
  /** Finished collections. */
  readonly done: readonly string[];
  readonly current: { readonly name: string; readonly isEmptied: boolean; readonly documents: number } | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

export const metaCollection = defineCollection<StoredMeta>({
  name: 'meta',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    applied: [mixed],
    holder: String,
    until: Date,
    restore: mixed,
  },
});
