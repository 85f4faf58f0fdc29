import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { CommandError } from './command.ts';

/**
 * A backup is a folder: `collections/NAME.bson.gz` (mongodump's format), `streams/shard-N.jsonl.gz` (fixes that are not in MongoDB yet),
 * `streams/dead-N.jsonl.gz`, and `manifest.json`, which is written last: a folder without it is not a backup.
 */
export interface Manifest {
  readonly v: 1;
  readonly createdAt: string;
  readonly region: string;
  readonly shards: number;
  readonly files: readonly BackupFile[];
}

export interface BackupFile {
  /** Path within the folder. */
  readonly path: string;
  readonly kind: 'collection' | 'stream' | 'deadLetters';
  /** Of the collection; the shard's number of a stream. */
  readonly name: string;
  readonly items: number;
  readonly bytes: number;
  readonly sha256: string;
}

const MANIFEST = 'manifest.json';
/** A backup contains where people were: readable by its owner only. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** Creates the folder of a new backup. @throws CommandError when it is not empty */
export async function prepareBackupFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  if ((await readdir(folder)).length > 0) throw new CommandError(`${folder} is not empty: give a new folder`);
  for (const part of ['collections', 'streams']) await mkdir(join(folder, part), { mode: FOLDER_MODE });
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** Writes one compressed file. `chunks` yields one item at a time. */
export async function writeBackupFile(
  folder: string,
  file: Pick<BackupFile, 'path' | 'kind' | 'name'>,
  chunks: AsyncIterable<Buffer>,
): Promise<BackupFile> {
  let items = 0;
  async function* counted() {
    for await (const chunk of chunks) {
      items += 1;
      yield chunk;
    }
  }
  const path = join(folder, file.path);
  await pipeline(
    Readable.from(counted(), { objectMode: true, highWaterMark: 16 }),
    createGzip(),
    createWriteStream(path, { mode: FILE_MODE, flush: true }),
  );
  return { ...file, items, bytes: (await stat(path)).size, sha256: await digestOf(path) };
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const draft = join(folder, `${MANIFEST}.draft`);
  await writeFile(draft, `${JSON.stringify(manifest, null, 2)}\n`, { mode: FILE_MODE, flush: true });
  await rename(draft, join(folder, MANIFEST));
}

/** Reads a backup's manifest and compares every file with it. @throws CommandError that names the fault */
export async function checkBackup(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => {
    throw new CommandError(
      `${folder} is no backup: it has no ${MANIFEST} (it is written last, when all went well)`,
    );
  });
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.v !== 1)
    throw new CommandError(`this version of Rideline cannot read a backup of version ${manifest.v}`);
  for (const { path, sha256 } of manifest.files) {
    const found = await digestOf(join(folder, path)).catch((error: Error) => {
      throw new CommandError(`${path} cannot be read: ${error.message}`);
    });
    if (found !== sha256)
      throw new CommandError(`${path} is damaged: its checksum differs. Nothing was restored.`);
  }
  return manifest;
}

/** The uncompressed bytes of a file of a backup. */
export function readBackupFile(folder: string, file: BackupFile): AsyncIterable<Buffer> {
  return createReadStream(join(folder, file.path)).pipe(createGunzip());
}

/** The lines of a file of a backup. */
export async function* readBackupLines(folder: string, file: BackupFile): AsyncGenerator<string> {
  let held = '';
  for await (const chunk of readBackupFile(folder, file)) {
    const parts = (held + chunk.toString('utf8')).split('\n');
    held = parts.pop() ?? '';
    yield* parts;
  }
  if (held !== '') yield held;
}
