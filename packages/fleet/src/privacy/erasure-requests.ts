import { CodedError, type Erasure, type RegionId, type Role, type UserId } from '@rideline/contract';
import { isDuplicateKey } from '../store/duplicate-key.ts';
import { listPage, type PageAsked, type PageCursor } from '../store/list-page.ts';
import type { Models } from '../store/models.ts';
import { SCHEMA_VERSION } from '../store/schema-parts.ts';
import type { StoredErasure } from './erasure-schema.ts';
import { ERASURE_STEPS } from './erasure-steps.ts';

type Parts = { readonly models: Pick<Models, 'erasures' | 'users'>; readonly region: RegionId };

async function isOtherAdmin({ models, region }: Parts, userId: UserId): Promise<boolean> {
  const other = { region, role: 'admin', state: 'active', _id: { $ne: userId } };
  return (await models.users.collection.findOne(other as never, { projection: { _id: 1 } })) !== null;
}

/** Asks for the erasure of a person, known or not. @returns the one that is under way already, if there is one. @throws CodedError FORBIDDEN for the last admin */
export async function requestErasure(
  { models, region }: Parts,
  wanted: { id: string; userId: UserId; now: Date },
): Promise<{ erasure: StoredErasure; created: boolean }> {
  const { id, userId, now } = wanted;
  const user = await models.users.collection.findOne({ _id: userId as never, region });
  if (user?.role === 'admin' && !(await isOtherAdmin({ models, region }, userId)))
    throw new CodedError('FORBIDDEN', 'The last admin stays.');
  const erasure: StoredErasure = {
    _id: id,
    v: SCHEMA_VERSION,
    region,
    userId,
    role: (user?.role as Role | undefined) ?? null,
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
    await models.erasures.collection.insertOne(erasure as never, { writeConcern: { w: 'majority' } });
    return { erasure, created: true };
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  const open = await models.erasures.collection.findOne({
    $or: [{ _id: id }, { region, userId, open: true }],
  } as never);
  return open === null
    ? requestErasure({ models, region }, wanted)
    : { erasure: open as unknown as StoredErasure, created: false };
}

export async function findErasure({ models, region }: Parts, id: string): Promise<StoredErasure | null> {
  return (await models.erasures.collection.findOne({ _id: id as never, region })) as StoredErasure | null;
}

export function listErasures(
  { models, region }: Parts,
  userId: UserId | undefined,
  page: PageAsked,
): Promise<{ documents: StoredErasure[]; next: PageCursor | null }> {
  return listPage<StoredErasure>(models.erasures.collection, {
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
    requestedAt: requestedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    steps: steps.map((step) => ({ ...step, finishedAt: step.finishedAt?.toISOString() ?? null })),
    proof: proof && { ...proof, at: proof.at.toISOString() },
  };
}
