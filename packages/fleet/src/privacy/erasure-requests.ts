import {
  CodedError,
  type Erasure,
  type RegionId,
  toIsoTime,
  toIsoTimeOrNull,
  type UserId,
} from '@rideline/contract';
import { userCollection } from '../accounts/user-collection.ts';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import { isDuplicateKey } from '../store/duplicate-key.ts';
import { listPage, type PageCursor, type PageRequest } from '../store/list-page.ts';
import { erasureCollection, type StoredErasure } from './erasure-collection.ts';
import { ERASURE_STEPS } from './erasure-steps.ts';

type Parts = { readonly db: Database; readonly region: RegionId };

async function isOtherAdmin({ db, region }: Parts, userId: UserId): Promise<boolean> {
  const other = await db
    .model(userCollection)
    .exists({ region, role: 'admin', state: 'active', _id: { $ne: userId } });
  return other !== null;
}

/** Requests the erasure of a person, with or without an account. @returns the open erasure if there is one. @throws CodedError FORBIDDEN for the last admin */
export async function requestErasure(
  { db, region }: Parts,
  request: { id: string; userId: UserId; now: Date },
): Promise<{ erasure: StoredErasure; created: boolean }> {
  const { id, userId, now } = request;
  const user = await db.model(userCollection).findOne({ _id: userId, region }).lean();
  if (user?.role === 'admin' && !(await isOtherAdmin({ db, region }, userId)))
    throw new CodedError('FORBIDDEN', 'The last admin cannot be erased.');
  const erasure: StoredErasure = {
    _id: id,
    v: SCHEMA_VERSION,
    region,
    userId,
    role: user?.role ?? null,
    state: 'waiting',
    open: true,
    blockedBy: null,
    documentIds: [],
    steps: ERASURE_STEPS.map(({ name }) => ({ name, state: 'waiting', touched: 0, finishedAt: null })),
    proof: null,
    requestedAt: now,
    finishedAt: null,
    nextCheckAt: now,
  };
  try {
    await db.model(erasureCollection).create([erasure], { w: 'majority' });
    return { erasure, created: true };
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  const open = await db
    .model(erasureCollection)
    .findOne({ $or: [{ _id: id }, { region, userId, open: true }] })
    .lean();
  return open === null ? requestErasure({ db, region }, request) : { erasure: open, created: false };
}

export async function findErasure({ db, region }: Parts, id: string): Promise<StoredErasure | null> {
  return await db.model(erasureCollection).findOne({ _id: id, region }).lean();
}

export function listErasures(
  { db, region }: Parts,
  userId: UserId | undefined,
  page: PageRequest,
): Promise<{ documents: StoredErasure[]; next: PageCursor | null }> {
  return listPage<StoredErasure>(db.model(erasureCollection), {
    filter: { region, ...(userId === undefined ? {} : { userId }) },
    time: 'requestedAt',
    ...page,
  });
}

export function erasureView(erasure: StoredErasure): Erasure {
  const { _id, userId, role, state, blockedBy, requestedAt, finishedAt, steps, proof } = erasure;
  return {
    erasureId: _id,
    userId,
    role,
    state,
    blockedBy,
    requestedAt: toIsoTime(requestedAt),
    finishedAt: toIsoTimeOrNull(finishedAt),
    steps: steps.map((step) => ({ ...step, finishedAt: toIsoTimeOrNull(step.finishedAt) })),
    proof: proof && { ...proof, at: toIsoTime(proof.at) },
  };
}
