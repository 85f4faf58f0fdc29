import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { inBatches, splitDocuments } from '@rideline/fleet/store/backup-bson';
import type { BackupCheckpoint } from '@rideline/workers/commands/backup-checkpoint';
import { backUpCollection } from '@rideline/workers/commands/backup-collection';
import { openBackupFolder, saveCheckpoint } from '@rideline/workers/commands/backup-files';
import { restoreDocuments } from '@rideline/workers/commands/restore-documents';
import fc from 'fast-check';
import mongoose from 'mongoose';
import { expect, it } from 'vitest';

const { BSON } = mongoose.mongo;
const NEVER = new AbortController().signal;
/** Stands for a kill -9 at that point. */
class Killed extends Error {}

const documentsOf = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, index) =>
    Buffer.from(BSON.serialize({ _id: `d${String(index).padStart(4, '0')}`, text: 'x'.repeat(index % 7) })),
  );

async function* from(documents: readonly Buffer[], killAt: number): AsyncGenerator<Buffer> {
  for (const [index, document] of documents.entries()) {
    if (index === killAt) throw new Killed();
    yield document;
  }
}

const idIn = (document: Buffer): string => BSON.deserialize(document)._id as string;

/** Copies as `backup` does, killed at each of `kills` in turn: after that many documents of the run. */
async function backedUp(
  folder: string,
  documents: readonly Buffer[],
  kills: readonly number[],
  most: number,
) {
  const empty: BackupCheckpoint = {
    v: 1,
    startedAt: '',
    content: 'a',
    region: 'r',
    shards: 1,
    files: [],
    current: null,
  };
  for (const killAt of [...kills, Number.POSITIVE_INFINITY]) {
    const found = await openBackupFolder(folder);
    if (found === 'complete') throw new Error('a backup without a manifest is not complete');
    const checkpoint = found ?? empty;
    await saveCheckpoint(folder, checkpoint);
    if (checkpoint.files.length > 0) return checkpoint;
    const copy = {
      folder,
      name: 'tracks',
      signal: NEVER,
      part: { bytes: 1e9, documents: most },
      onDocuments: () => undefined,
      read: (after: Buffer | null) => {
        const start = after === null ? '' : (BSON.deserialize(after)._id as string);
        return from(
          documents.filter((document) => idIn(document) > start),
          killAt,
        );
      },
    };
    try {
      return await backUpCollection(copy, checkpoint);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
  throw new Error('the last run is not killed');
}

const kills = fc.array(fc.nat(40), { maxLength: 6 });

it('OPS-84: a backup that is killed at any points and run again has the file of an uninterrupted one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(60), kills, fc.integer({ min: 1, max: 20 }), async (count, killed, most) => {
      const folder = await mkdtemp(join(tmpdir(), 'rideline-resume-'));
      try {
        const documents = documentsOf(count);
        const { files, current } = await backedUp(folder, documents, killed, most);
        expect([current, files.map(({ name, items }) => [name, items])]).toEqual([null, [['tracks', count]]]);
        const file = await readFile(join(folder, 'collections', 'tracks.bson.gz'));
        expect(gunzipSync(file).equals(Buffer.concat(documents))).toBe(true);
        expect(files[0]?.bytes).toBe(file.length);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 60 },
  );
});

it('OPS-84: a restore that is killed at any points and run again stores every document, each as often as it must', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(60), kills, fc.integer({ min: 1, max: 15 }), async (count, killed, size) => {
      const documents = documentsOf(count);
      const stored = new Map<string, Buffer>();
      let saved = 0;
      let puts = 0;
      const batches = async function* () {
        for (let at = 0; at < documents.length; at += size) yield documents.slice(at, at + size);
      };
      const run = async (killAt: number) => {
        let steps = 0;
        const step = () => {
          steps += 1;
          if (steps > killAt) throw new Killed();
        };
        await restoreDocuments({
          batches: batches(),
          skip: saved,
          signal: NEVER,
          put: async (batch) => {
            step();
            puts += batch.length;
            for (const document of batch) stored.set(idIn(document), document);
            // Killed between the insert and its checkpoint.
            step();
          },
          onStored: async (items) => {
            step();
            saved = items;
          },
        });
      };
      for (const killAt of killed) await run(killAt).catch((error) => expect(error).toBeInstanceOf(Killed));
      await run(Number.POSITIVE_INFINITY);
      expect([...stored.keys()]).toEqual(documents.map(idIn));
      expect(saved).toBe(count);
      expect(puts).toBeLessThanOrEqual(count + killed.length * size);
    }),
    { numRuns: 200 },
  );
});

it('OPS-84: batches keep every document and their order', async () => {
  const documents = documentsOf(1234);
  const batches: Buffer[][] = [];
  for await (const batch of inBatches(splitDocuments(from([Buffer.concat(documents)], -1))))
    batches.push(batch);
  expect(Buffer.concat(batches.flat()).equals(Buffer.concat(documents))).toBe(true);
  expect(Math.max(...batches.map(({ length }) => length))).toBe(500);
});
