import type { FixStreams } from '@rideline/fleet/fixes/fix-streams';
import { fixDeadLetters, restoredEntries } from '@rideline/fleet/redis/redis-keys';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { BackupFile } from './backup-checkpoint.ts';
import { readBackupLines } from './backup-files.ts';
import { retrying } from './retrying.ts';

const ENTRIES_AT_ONCE = 100;
/** Outlives any interruption after which somebody still continues the restore. */
const KEPT_SECONDS = 7 * 24 * 3600;

export interface EntryRestore {
  readonly folder: string;
  readonly log: RedisClient;
  readonly streams: FixStreams;
  /** The restore: what another one appended does not count. */
  readonly run: string;
  readonly signal: AbortSignal;
  readonly onRetry: (error: Error) => void;
}

/**
 * Appends the entries of a file to their stream, with new ids: the stream's groups then read them like any other. How many were appended is
 * counted in the same transaction, so that an interrupted restore appends none twice.
 * @returns the number of entries in the file
 */
export async function restoreEntries(
  restore: EntryRestore,
  file: BackupFile,
  onAppended: (entries: number) => void,
): Promise<number> {
  const { log, streams, run, signal, onRetry } = restore;
  const shard = Number(file.name);
  const counter = restoredEntries(streams.region, shard);
  const target =
    file.kind === 'stream'
      ? (streams.keys[shard] ?? '')
      : fixDeadLetters(streams.region, streams.generation, shard);
  const appended = async () => {
    const [ofRun, count] = await log.hmget(counter, 'run', file.kind);
    return ofRun === run ? Number(count ?? 0) : 0;
  };
  const append = async (entries: readonly Buffer[][], end: number) => {
    // After a lost answer it is not known whether the transaction was carried out: the counter tells.
    const missing = Math.min(entries.length, end - (await appended()));
    if (missing <= 0) return;
    const transaction = log.multi();
    for (const fields of entries.slice(-missing)) transaction.xadd(target, '*', ...fields);
    transaction.hset(counter, 'run', run, file.kind, end).expire(counter, KEPT_SECONDS);
    for (const [error] of (await transaction.exec()) ?? [[new Error('the transaction was not carried out')]])
      if (error) throw error;
  };
  // Of another restore, which was given up: its count of the other kind would count as this one's.
  if ((await log.hget(counter, 'run')) !== run) await log.unlink(counter);
  let entries: Buffer[][] = [];
  let seen = 0;
  const write = async () => {
    if (entries.length === 0) return;
    const some = entries;
    entries = [];
    signal.throwIfAborted();
    await retrying(() => append(some, seen), { signal, onRetry });
    onAppended(some.length);
  };
  for await (const line of readBackupLines(restore.folder, file)) {
    const [, fields] = JSON.parse(line) as [string, string[]];
    entries.push(fields.map((field) => Buffer.from(field, 'base64')));
    seen += 1;
    if (entries.length >= ENTRIES_AT_ONCE) await write();
  }
  await write();
  return seen;
}

/** Removes the counters of a finished restore. */
export async function forgetCounters({ log, streams }: Pick<EntryRestore, 'log' | 'streams'>): Promise<void> {
  for (const shard of streams.keys.keys()) await log.unlink(restoredEntries(streams.region, shard));
}
