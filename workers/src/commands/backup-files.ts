import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { lockHolder, removeAbandoned, tryLock, unlock } from '@rideline/platform/process/file-lock';
import type { BackupCheckpoint, BackupFile } from './backup-checkpoint.ts';
import { CommandError } from './command.ts';

/**
 * A backup is a folder: `collections/NAME.bson.gz` (mongodump's format), `streams/shard-N.jsonl.gz` (fixes that are not in MongoDB yet),
 * `streams/dead-N.jsonl.gz`, and `manifest.json`, which is written last: a folder without it is not a backup. Until then `checkpoint.json`
 * says how far it is.
 */
export interface Manifest {
  readonly v: 1;
  /** When the backup began: what was erased later may be in it. Absent in backups of earlier versions. */
  readonly startedAt?: string;
  readonly createdAt: string;
  readonly region: string;
  readonly shards: number;
  readonly files: readonly BackupFile[];
}

const MANIFEST = 'manifest.json';
const CHECKPOINT = 'checkpoint.json';
const LOCK = 'backup.lock';
const LOCK_POLL_MS = 200;
const LOCK_TRIES = 20;
const PARTS = ['collections', 'streams'];
/** A backup contains where people were: readable by its owner only. */
const FOLDER_MODE = 0o700;
export const FILE_MODE = 0o600;

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whole or not at all, also after a kill or a loss of power. */
async function writeWhole(folder: string, name: string, value: object): Promise<void> {
  const draft = join(folder, `${name}.draft`);
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: FILE_MODE, flush: true });
  await rename(draft, join(folder, name));
}

/** @throws CommandError for a file that was damaged or edited, or is of another version */
function parsedFile<Content extends { readonly v: 1 }>(folder: string, name: string, text: string): Content {
  let found: Content | null = null;
  try {
    found = JSON.parse(text) as Content | null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (typeof found?.v !== 'number') throw new CommandError(`${name} of ${folder} is damaged`);
  if (found.v !== 1)
    throw new CommandError(`this version of Rideline cannot read a backup of version ${found.v}`);
  return found;
}

/** Without the finished files that are no longer there, or not whole: they are copied again. */
async function withHeldFiles(folder: string, checkpoint: BackupCheckpoint): Promise<BackupCheckpoint> {
  const files: BackupFile[] = [];
  for (const file of checkpoint.files) {
    const found = await stat(join(folder, file.path)).catch(() => null);
    if (found?.size === file.bytes) files.push(file);
  }
  return { ...checkpoint, files };
}

/**
 * Prepares the folder of a new backup, or finds the one that an interrupted run left.
 * @returns the checkpoint to continue from; null for a new backup; `complete` when the folder holds a finished one
 * @throws CommandError when the folder holds anything else
 */
export async function openBackupFolder(folder: string): Promise<BackupCheckpoint | null | 'complete'> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  const text = await textOf(join(folder, CHECKPOINT));
  if (text !== null && (await textOf(join(folder, MANIFEST))) !== null) return 'complete';
  const ours = new Set([...PARTS, `${CHECKPOINT}.draft`]);
  const others = (await readdir(folder)).filter((name) => !ours.has(name) && !name.startsWith(LOCK));
  if (text === null && others.length > 0) throw new CommandError(`${folder} is not empty: give a new folder`);
  for (const part of PARTS) await mkdir(join(folder, part), { recursive: true, mode: FOLDER_MODE });
  return text === null ? null : withHeldFiles(folder, parsedFile<BackupCheckpoint>(folder, CHECKPOINT, text));
}

/**
 * Keeps a second backup out of the folder until it is released; that of a killed one is taken over.
 * @throws CommandError while another process of this machine writes there
 */
export async function lockBackupFolder(folder: string): Promise<() => void> {
  const lock = join(folder, LOCK);
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  for (let tries = 1; ; tries += 1) {
    if (tryLock(lock)) return () => unlock(lock);
    removeAbandoned(lock);
    if (tryLock(lock)) return () => unlock(lock);
    // One that cannot be read counts as abandoned after some seconds.
    if (lockHolder(lock) !== null || tries === LOCK_TRIES)
      throw new CommandError(`another backup into ${folder} is running (if none is, remove ${lock})`);
    await sleep(LOCK_POLL_MS);
  }
}

export const saveCheckpoint = (folder: string, checkpoint: BackupCheckpoint): Promise<void> =>
  writeWhole(folder, CHECKPOINT, checkpoint);

/** Finishes a backup: the manifest makes the folder one. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeWhole(folder, MANIFEST, manifest);
  await removeCheckpoint(folder);
}

export const removeCheckpoint = (folder: string): Promise<void> =>
  rm(join(folder, CHECKPOINT), { force: true });

/** Size and checksum of a finished file. */
export async function sealedFile(
  folder: string,
  file: Pick<BackupFile, 'path' | 'kind' | 'name' | 'items'>,
): Promise<BackupFile> {
  const path = join(folder, file.path);
  return { ...file, bytes: (await stat(path)).size, sha256: await digestOf(path) };
}

async function digestOf(file: string, onBytes?: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk);
    onBytes?.(chunk.length);
  }
  return hash.digest('hex');
}

/** Reads a backup's manifest. `id`: the same for the same backup only. @throws CommandError when the folder is no finished backup */
export async function readManifest(
  folder: string,
): Promise<{ readonly manifest: Manifest; readonly id: string }> {
  const text = await textOf(join(folder, MANIFEST));
  if (text === null) {
    const why =
      (await textOf(join(folder, CHECKPOINT))) === null
        ? `it has no ${MANIFEST} (it is written last, when all went well)`
        : `it is unfinished. Run ./rideline backup ${folder} again to finish it`;
    throw new CommandError(`${folder} is no backup: ${why}`);
  }
  const manifest = parsedFile<Manifest>(folder, MANIFEST, text);
  return { manifest, id: createHash('sha256').update(text).digest('hex') };
}

/** Compares every file of a backup with its checksum. @throws CommandError that names the fault */
export async function checkBackup(
  folder: string,
  manifest: Manifest,
  options: { readonly signal: AbortSignal; readonly onBytes: (bytes: number) => void },
): Promise<void> {
  for (const { path, sha256 } of manifest.files) {
    options.signal.throwIfAborted();
    const found = await digestOf(join(folder, path), options.onBytes).catch((error: Error) => {
      throw new CommandError(`${path} cannot be read: ${error.message}`);
    });
    if (found !== sha256)
      throw new CommandError(`${path} is damaged: its checksum differs. Nothing was restored.`);
  }
}

/** The uncompressed bytes of a file of a backup. */
export function readBackupFile(folder: string, file: BackupFile): AsyncIterable<Buffer> {
  // The callback has nothing to do: an error destroys the stream that is returned, and ends its reader.
  return pipeline(createReadStream(join(folder, file.path)), createGunzip(), () => undefined);
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
