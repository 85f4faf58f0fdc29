import type { UserId } from '@rideline/contract';
import { erasureCollection, type StoredErasure } from './erasure-collection.ts';
import { ErasureBlocked, type ErasureParts } from './erasure-parts.ts';
import { ERASURE_STEPS } from './erasure-steps.ts';
import { isClean, searchStores } from './search-stores.ts';

/** Wait before a blocked erasure is tried again, ms. */
const RETRY_MS = 5000;

async function save(parts: ErasureParts, erasure: StoredErasure): Promise<void> {
  const { _id, nextCheckAt, state, open, blockedBy, steps, proof, finishedAt } = erasure;
  await parts.db.model(erasureCollection).updateOne(
    { _id },
    {
      $set: { state, open, blockedBy, steps, proof, finishedAt, ...(nextCheckAt ? { nextCheckAt } : {}) },
      ...(nextCheckAt ? {} : { $unset: { nextCheckAt: '' } }),
    },
    { writeConcern: { w: 'majority' }, runValidators: true },
  );
}

async function runSteps(parts: ErasureParts, erasure: StoredErasure, signal: AbortSignal): Promise<void> {
  for (const step of ERASURE_STEPS) {
    const record = erasure.steps.find(({ name }) => name === step.name);
    if (record === undefined || record.state === 'done') continue;
    signal.throwIfAborted();
    record.touched += await step.run(parts, erasure.userId, erasure);
    record.state = 'done';
    record.finishedAt = new Date(parts.clock.wallMs());
    await save(parts, erasure);
  }
}

/** Searches every store. What has come back meanwhile makes every step run again. @throws ErasureBlocked */
async function prove(parts: ErasureParts, erasure: StoredErasure): Promise<void> {
  const stores = await searchStores(parts, erasure.userId as UserId, erasure);
  const clean = isClean(stores);
  erasure.proof = { at: new Date(parts.clock.wallMs()), stores, clean };
  if (clean) return;
  for (const step of erasure.steps) step.state = 'waiting';
  const where = stores.filter(({ found, kept }) => found > 0 && kept === undefined).map(({ store }) => store);
  throw new ErasureBlocked(`the id was found again in ${where.join(', ')}`);
}

/**
 * Goes on with an erasure where it stopped, up to its proof. It may be called by two at once, and be killed at any point: every step bears
 * being done again.
 * @returns its state afterwards
 * @throws what a store throws that does not answer: then it stays due
 */
export async function runErasure(
  parts: ErasureParts,
  erasure: StoredErasure,
  signal: AbortSignal,
): Promise<StoredErasure['state']> {
  const again = () => new Date(parts.clock.wallMs() + RETRY_MS);
  erasure.state = 'running';
  erasure.blockedBy = null;
  erasure.nextCheckAt = again();
  try {
    await runSteps(parts, erasure, signal);
    await prove(parts, erasure);
    erasure.state = 'done';
    erasure.open = false;
    erasure.finishedAt = new Date(parts.clock.wallMs());
    delete erasure.nextCheckAt;
  } catch (error) {
    signal.throwIfAborted();
    erasure.state = 'blocked';
    erasure.blockedBy =
      error instanceof ErasureBlocked ? error.message : 'a store does not answer; tried again';
    erasure.nextCheckAt = again();
    await save(parts, erasure);
    if (error instanceof ErasureBlocked) return erasure.state;
    throw error;
  }
  await save(parts, erasure);
  return erasure.state;
}
