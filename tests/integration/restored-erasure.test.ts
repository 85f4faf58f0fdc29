import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DriverId, UserId } from '@rideline/contract';
import { erasureCollection } from '@rideline/fleet/privacy/erasure-collection';
import { findErasure, requestErasure } from '@rideline/fleet/privacy/erasure-requests';
import { runErasure } from '@rideline/fleet/privacy/run-erasure';
import { trackCollection } from '@rideline/fleet/tracks/track-collection';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { runWorkerCommand } from '../harness/commands/run-worker-command.ts';
import { emptyTrack, erasurePartsOf } from '../harness/privacy/erasure-parts.ts';

const COMMAND_MS = 120_000;
let harness: WorkersHarness;
let folder: string;

beforeAll(async () => {
  harness = await startWorkersHarness({ workers: 0 });
  folder = await mkdtemp(join(tmpdir(), 'rideline-erased-'));
});
afterAll(async () => {
  await harness?.stop();
  await rm(folder, { recursive: true, force: true });
});

const partsOf = () => erasurePartsOf(harness);
const tracks = () => harness.db.collection(trackCollection);

async function erased(): Promise<{ id: string; userId: UserId }> {
  const userId = randomUUID() as UserId;
  await tracks().insertOne(emptyTrack(userId, 0));
  return { id: randomUUID(), userId };
}

async function erase({ id, userId }: { id: string; userId: UserId }): Promise<void> {
  await requestErasure(partsOf(), { id, userId, now: new Date() });
  await runAgain(id);
}

async function runAgain(id: string): Promise<void> {
  const stored = await harness.db.collection(erasureCollection).findOne({ _id: id });
  if (stored === null) throw new Error('the erasure is stored');
  expect(await runErasure(partsOf(), stored, new AbortController().signal)).toBe('done');
}

it('ADM-41: a restore over a database keeps the erasures that the backup does not know, and runs them again', async () => {
  const [before, after] = [await erased(), await erased()];
  await erase(before);
  const backup = await runWorkerCommand(harness.env, 'backup', [folder], COMMAND_MS);
  expect([backup.code, backup.stderr]).toEqual([0, '']);
  await erase(after);
  expect(await tracks().countDocuments({})).toBe(0);

  const restored = await runWorkerCommand(harness.env, 'restore', [folder, '--force'], COMMAND_MS);
  expect([restored.code, restored.stderr]).toEqual([0, '']);
  expect(restored.stdout).toContain('erasures of persons that run again: 1');
  expect(await tracks().countDocuments({ driverId: String(after.userId) as DriverId })).toBe(1);
  expect(await findErasure(partsOf(), before.id)).toMatchObject({ state: 'done' });
  expect(await findErasure(partsOf(), after.id)).toMatchObject({ state: 'waiting', open: true, proof: null });
  await runAgain(after.id);
  expect(await tracks().countDocuments({})).toBe(0);
  expect((await findErasure(partsOf(), after.id))?.proof?.clean).toBe(true);
});
