import type { UserId } from '@rideline/contract';
import { erasureCollection, type StoredErasure } from './erasure-collection.ts';
import { ErasureBlocked, type ErasureParts } from './erasure-parts.ts';
import { ERASURE_STEPS } from './erasure-steps.ts';
import { isClean, searchStores } from './search-stores.ts';

/** Delay before a blocked erasure is tried again, ms. */
const RETRY_MS = 5000;
/** Progress within a step is saved this often. */
const SAVE_MS = 1000;

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
    const progress = erasure.steps.find(({ name }) => name === step.name);
    if (progress === undefined || progress.state === 'done') continue;
    signal.throwIfAborted();
    let savedMs = performance.now();
    const rest = await step.run(parts, erasure.userId, erasure, async (count) => {
      progress.touched += count;
      if (signal.aborted || performance.now() - savedMs >= SAVE_MS) {
        await save(parts, erasure);
        savedMs = performance.now();
      }
      signal.throwIfAborted();
    });
    progress.touched += rest;
    progress.state = 'done';
    progress.finishedAt = new Date(parts.clock.wallMs());
    await save(parts, erasure);
  }
}

/** Searches every store. If the id is found, every step runs again. @throws ErasureBlocked */
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
 * Continues an erasure where it stopped, up to its proof. It may run twice at once and be killed at any point: every step can be repeated.
 * @returns its state afterwards
 * @throws the error of a store that does not answer: the erasure then stays due
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
      error instanceof ErasureBlocked ? error.message : 'a store does not answer; it is tried again';
    erasure.nextCheckAt = again();
    await save(parts, erasure);
    if (error instanceof ErasureBlocked) return erasure.state;
    throw error;
  }
  await save(parts, erasure);
  return erasure.state;
}
