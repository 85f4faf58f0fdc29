import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { idOf } from '@rideline/fleet/store/backup-bson';
import { type BackupCheckpoint, inParts, partOf, withFile, withPart } from './backup-checkpoint.ts';
import { FILE_MODE, saveCheckpoint, sealedFile } from './backup-files.ts';

const compress = promisify(gzip);

export interface CollectionCopy {
  readonly folder: string;
  readonly name: string;
  /** Documents in the order of their ids, behind `after` (from `idOf`) or from the beginning. */
  readonly read: (after: Buffer | null) => AsyncIterable<Buffer>;
  readonly signal: AbortSignal;
  readonly onDocuments: (documents: number) => void;
  /** Limits of one part; for tests. */
  readonly part?: { readonly bytes: number; readonly documents: number };
}

/** Takes the next item from the source while the one before is in use. */
async function* readAhead<Item>(source: AsyncIterable<Item>): AsyncGenerator<Item> {
  const items = source[Symbol.asyncIterator]();
  try {
    for (let next = items.next(); ; ) {
      const { value, done } = await next;
      if (done) return;
      next = items.next();
      // Its error is thrown by the await above; until then it must not count as unhandled.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await items.return?.();
  }
}

/** A write may take fewer bytes than it was given, without an error: on a disk that becomes full. */
async function writeAllAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Without the part of a collection whose file is gone or too short: a longer one would be filled up with zeros. */
async function withHeldPart(
  checkpoint: BackupCheckpoint,
  { path, bytes }: { readonly path: string; readonly bytes: number },
): Promise<BackupCheckpoint> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  return size < bytes ? { ...checkpoint, current: null } : checkpoint;
}

/**
 * Copies a collection into `collections/NAME.bson.gz`, part by part, each a member of the gzip file. After each part its bytes are flushed
 * and the checkpoint is saved, so that a killed backup continues behind the last part.
 * @returns the checkpoint with the finished file
 * @throws the signal's reason when it is aborted: between two parts
 */
export async function backUpCollection(
  copy: CollectionCopy,
  checkpoint: BackupCheckpoint,
): Promise<BackupCheckpoint> {
  const { folder, name, read, signal, onDocuments } = copy;
  const path = `collections/${name}.bson.gz`;
  const { bytes: expected } = partOf(checkpoint, name);
  let saved = await withHeldPart(checkpoint, { path: join(folder, path), bytes: expected });
  const from = partOf(saved, name);
  const file = await open(join(folder, path), from.bytes === 0 ? 'w' : 'r+', FILE_MODE);
  let end = from.bytes;
  try {
    // What a killed run wrote behind its last checkpoint.
    await file.truncate(from.bytes);
    const after = from.lastId === null ? null : Buffer.from(from.lastId, 'base64');
    for await (const part of readAhead(inParts(read(after), copy.part))) {
      signal.throwIfAborted();
      const bytes = await compress(Buffer.concat(part));
      await writeAllAt(file, bytes, end);
      await file.datasync();
      end += bytes.length;
      const lastId = idOf(part.at(-1) as Buffer).toString('base64');
      saved = withPart(saved, { name, bytes: end, newItems: part.length, lastId });
      await saveCheckpoint(folder, saved);
      onDocuments(part.length);
    }
    // An empty file would not be a gzip file.
    if (end === 0) await writeAllAt(file, await compress(Buffer.alloc(0)), 0);
    await file.datasync();
  } finally {
    await file.close();
  }
  const { items } = partOf(saved, name);
  const finished = withFile(saved, await sealedFile(folder, { path, kind: 'collection', name, items }));
  await saveCheckpoint(folder, finished);
  return finished;
}
