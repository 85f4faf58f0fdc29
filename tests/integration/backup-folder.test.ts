import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { ROOT } from '@rideline/infra/local/paths';
import type { BackupCheckpoint } from '@rideline/workers/commands/backup-checkpoint';
import { backUpCollection } from '@rideline/workers/commands/backup-collection';
import {
  lockBackupFolder,
  openBackupFolder,
  readManifest,
  saveCheckpoint,
} from '@rideline/workers/commands/backup-files';
import mongoose from 'mongoose';
import { expect, onTestFinished, test } from 'vitest';

const moduleUrl = (name: string) => pathToFileURL(join(ROOT, `workers/src/commands/${name}.ts`)).href;
const NEVER = new AbortController().signal;
const { BSON } = mongoose.mongo;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rideline-backup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const startOf = (): BackupCheckpoint => ({
  v: 1,
  startedAt: '',
  content: 'a',
  region: 'r',
  shards: 1,
  files: [],
  current: null,
});

const documents = Array.from({ length: 10 }, (_, index) => Buffer.from(BSON.serialize({ _id: `d${index}` })));

function copyInto(folder: string, checkpoint: BackupCheckpoint): Promise<BackupCheckpoint> {
  const read = async function* (after: Buffer | null) {
    const last = after === null ? '' : (BSON.deserialize(after)._id as string);
    for (const document of documents) if (BSON.deserialize(document)._id > last) yield document;
  };
  const part = { bytes: 1e9, documents: 3 };
  return backUpCollection(
    { folder, name: 'c', read, part, signal: NEVER, onDocuments: () => undefined },
    checkpoint,
  );
}

test('OPS-84: of many backups that find the lock of a killed one at the same time, one writes into the folder at a time', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'backup.lock'), JSON.stringify({ pid: 999_999, startedAt: 'another boot:1' }));
  const url = moduleUrl('backup-files');
  const script = `
    import { appendFileSync, writeFileSync } from 'node:fs';
    const { lockBackupFolder } = await import('${url}');
    const turns = process.argv[1] + '.turns';
    for (let turn = 0; turn < 3; ) {
      const taken = await lockBackupFolder(process.argv[1]).catch(() => null);
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (taken === null) continue;
      turn += 1;
      appendFileSync(turns, '+');
      await new Promise((resolve) => setTimeout(resolve, 2));
      appendFileSync(turns, '-');
      // Killed while it holds the lock.
      writeFileSync(process.argv[1] + '/backup.lock', '{"pid":999999,"startedAt":"another boot:1"}');
    }`;
  onTestFinished(() => rmSync(`${folder}.turns`, { force: true }));
  const codes = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
        stdio: 'inherit',
      });
      return (await once(child, 'exit'))[0];
    }),
  );
  expect(codes).toEqual([0, 0, 0, 0]);
  expect(readFileSync(`${folder}.turns`, 'utf8')).toBe('+-'.repeat(12));
  expect(readdirSync(folder)).toEqual(['backup.lock']);
}, 120_000);

test('OPS-84: an empty lock file, and what a killed one leaves beside it, do not block a backup', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'backup.lock'), '');
  writeFileSync(join(folder, 'backup.lock.0f0f'), 'half');
  const unlock = await lockBackupFolder(folder);
  expect(await openBackupFolder(folder)).toBeNull();
  await expect(lockBackupFolder(folder)).rejects.toThrow('another backup');
  unlock();
});

test('OPS-84: on a disk that becomes full the checkpoint never counts bytes that the file does not hold', async () => {
  const folder = newFolder();
  expect(await openBackupFolder(folder)).toBeNull();
  const url = moduleUrl('backup-collection');
  // A limit of the file's size acts as a full disk does: the write takes the bytes that fit, without an error.
  const script = `
    import { randomBytes } from 'node:crypto';
    const { backUpCollection } = await import('${url}');
    const document = Buffer.alloc(200_000);
    randomBytes(199_000).copy(document, 30);
    document.writeInt32LE(200_000, 0);
    document.set(Buffer.from([2, 95, 105, 100, 0, 2, 0, 0, 0, 97, 0, 5, 98, 0]), 4);
    document.writeInt32LE(200_000 - 24, 18);
    const checkpoint = ${JSON.stringify(startOf())};
    await backUpCollection({ folder: process.argv[1], name: 'c', read: async function* () { yield document; },
      signal: new AbortController().signal, onDocuments: () => undefined }, checkpoint);`;
  const command = `ulimit -f 64; exec "$0" --input-type=module -e "$1" "$2"`;
  const child = spawn('/bin/sh', ['-c', command, process.execPath, script, folder], { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  expect(code).not.toBe(0);
  expect(statSync(join(folder, 'collections/c.bson.gz')).size).toBeGreaterThan(0);
  expect(await openBackupFolder(folder)).toBeNull();
}, 30_000);

test('OPS-84: a file that is gone or shorter than its checkpoint says is copied again', async () => {
  const folder = newFolder();
  await openBackupFolder(folder);
  const whole = await copyInto(folder, startOf());
  const file = join(folder, 'collections/c.bson.gz');
  const bytes = readFileSync(file);
  const part = {
    name: 'c',
    bytes: bytes.length,
    items: 9,
    lastId: Buffer.from(BSON.serialize({ _id: 'd8' })).toString('base64'),
  };
  for (const held of [bytes.subarray(0, 20), null]) {
    if (held === null) rmSync(file);
    else writeFileSync(file, held);
    const again = await copyInto(folder, { ...startOf(), current: part });
    expect(again.files).toEqual(whole.files);
    expect(gunzipSync(readFileSync(file)).equals(Buffer.concat(documents))).toBe(true);
  }
  writeFileSync(file, bytes.subarray(0, 20));
  await saveCheckpoint(folder, whole);
  expect(await openBackupFolder(folder)).toMatchObject({ files: [] });
});

test('OPS-84: a damaged checkpoint or manifest is named', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'checkpoint.json'), '{"v":1,');
  await expect(openBackupFolder(folder)).rejects.toThrow('checkpoint.json of');
  writeFileSync(join(folder, 'manifest.json'), '');
  await expect(readManifest(folder)).rejects.toThrow('manifest.json of');
});
