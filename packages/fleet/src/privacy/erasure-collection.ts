import type { RegionId, Role, UserId } from '@rideline/contract';
import {
  defineCollection,
  mixed,
  requiredBoolean,
  requiredDate,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

export interface ErasureStepRecord {
  name: string;
  state: 'waiting' | 'done';
  touched: number;
  finishedAt: Date | null;
}

/** Result of the search for the id in one store, after the last step. */
export interface StoreSearch {
  store: string;
  searched: number;
  found: number;
  kept?: string;
}

/** The erasure of a person: request, progress and proof. Kept for ever, so that it is run again on a restored backup. */
export interface StoredErasure {
  _id: string;
  v: 1;
  region: RegionId;
  userId: UserId;
  /** Role of the account; null when there was none. */
  role: Role | null;
  state: 'waiting' | 'running' | 'blocked' | 'done';
  /** True until it is done: a person has at most one open erasure. */
  open: boolean;
  blockedBy: string | null;
  /** Ids of the person's documents, so that objects written by a late worker are found too. */
  documentIds: string[];
  steps: ErasureStepRecord[];
  proof: { at: Date; stores: StoreSearch[]; clean: boolean } | null;
  requestedAt: Date;
  finishedAt: Date | null;
  /** Wall clock: when the sweeper continues; absent when it is done. */
  nextCheckAt?: Date;
}

export const erasureCollection = defineCollection<StoredErasure>({
  name: 'erasures',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    userId: requiredString,
    role: String,
    state: { ...requiredString, enum: ['waiting', 'running', 'blocked', 'done'] },
    open: requiredBoolean,
    blockedBy: String,
    documentIds: [String],
    steps: [mixed],
    proof: mixed,
    requestedAt: requiredDate,
    finishedAt: Date,
    nextCheckAt: Date,
  },
  indexes: [
    {
      name: 'one_open_erasure_per_person',
      key: { region: 1, userId: 1 },
      unique: true,
      partialFilterExpression: { open: true },
    },
    { name: 'by_age', key: { region: 1, requestedAt: -1 } },
    { name: 'due', key: { nextCheckAt: 1 } },
  ],
});
