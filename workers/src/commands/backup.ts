import { createWriteStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { toIsoTime } from '@rideline/contract';
import { type FixStreams, openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import { fixDeadLetters } from '@rideline/fleet/redis/redis-keys';
import {
  collectionNames,
  estimatedCount,
  hasOneTypeOfId,
  idOf,
  rawDocuments,
} from '@rideline/fleet/store/backup-bson';
import type { Database } from '@rideline/fleet/store/database';
import { contentId } from '@rideline/fleet/store/database-id';
import type { Mongo } from '@rideline/platform/mongo/mongo';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { type BackupCheckpoint, type BackupFile, partOf, withFile } from './backup-checkpoint.ts';
import { backUpCollection } from './backup-collection.ts';
import {
  FILE_MODE,
  lockBackupFolder,
  openBackupFolder,
  removeCheckpoint,
  saveCheckpoint,
  sealedFile,
  writeManifest,
} from './backup-files.ts';
import { type CommandContext, CommandError, readArguments, runCommand } from './command.ts';
import type { Reporter } from './progress.ts';
import { refuseUnfinishedRestore } from './restore-run.ts';
import { retrying } from './retrying.ts';

const PAGE_ENTRIES = 200;
const USAGE = 'usage: ./rideline backup DIR [--json]';

interface Backup {
  readonly folder: string;
  readonly log: RedisClient;
  readonly mongo: Mongo;
  readonly streams: FixStreams;
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

/** Every entry of a stream, one JSON line each: `[id, [field, value, …]]` with base64 values. */
async function* entryLines(
  { log, signal }: Backup,
  key: string,
  onEntry: () => void,
): AsyncGenerator<Buffer> {
  const onRetry = () => undefined;
  for (let from = '-'; ; ) {
    const read = () => log.xrangeBuffer(key, from, '+', 'COUNT', PAGE_ENTRIES);
    const page = (await retrying(read, { signal, onRetry })) as [Buffer, Buffer[]][];
    for (const [id, fields] of page) {
      onEntry();
      const line = [id.toString('latin1'), fields.map((field) => field.toString('base64'))];
      yield Buffer.from(`${JSON.stringify(line)}\n`);
    }
    const last = page.at(-1);
    if (last === undefined) return;
    from = `(${last[0].toString('latin1')}`;
  }
}

async function copyStream(
  backup: Backup,
  file: Pick<BackupFile, 'path' | 'kind' | 'name'>,
  key: string,
  onEntry: () => void,
): Promise<BackupFile> {
  let items = 0;
  const lines = entryLines(backup, key, () => {
    items += 1;
    onEntry();
  });
  await pipeline(
    Readable.from(lines, { objectMode: true, highWaterMark: 16 }),
    createGzip(),
    createWriteStream(join(backup.folder, file.path), { mode: FILE_MODE, flush: true }),
  );
  return sealedFile(backup.folder, { ...file, items });
}

/**
 * The streams first, then MongoDB: a fix moves from a stream to MongoDB and never back, so in this order at least one of them contains it.
 * Duplicates are harmless, since a fix that is stored again replaces itself.
 */
async function copyStreams(backup: Backup, from: BackupCheckpoint): Promise<BackupCheckpoint> {
  const { region, generation, keys } = backup.streams;
  const planned = keys.flatMap((key, shard) => {
    const name = String(shard);
    return [
      { path: `streams/shard-${shard}.jsonl.gz`, kind: 'stream' as const, name, key },
      {
        path: `streams/dead-${shard}.jsonl.gz`,
        kind: 'deadLetters' as const,
        name,
        key: fixDeadLetters(region, generation, shard),
      },
    ];
  });
  const done = new Set(from.files.map(({ path }) => path));
  let checkpoint = from;
  await backup.report.step({ name: 'fix streams', unit: 'entries' }, async (count) => {
    for (const { key, ...file } of planned.filter(({ path }) => !done.has(path))) {
      backup.signal.throwIfAborted();
      checkpoint = withFile(checkpoint, await copyStream(backup, file, key, () => count.add(1)));
      await saveCheckpoint(backup.folder, checkpoint);
    }
  });
  const entries = checkpoint.files.reduce(
    (sum, { kind, items }) => sum + (kind === 'collection' ? 0 : items),
    0,
  );
  backup.report.say(`fix streams: ${entries} entries not in Mongo for certain`);
  return checkpoint;
}

/** The documents behind `after`, read on behind the last one when MongoDB was away for a moment. */
async function* steadyDocuments(backup: Backup, name: string, after: Buffer | null): AsyncGenerator<Buffer> {
  const { mongo, signal, report } = backup;
  let last: Buffer | null = null;
  let reading = rawDocuments(mongo, name, after);
  const readNext = async () => {
    try {
      return await reading.next();
    } catch (error) {
      reading = rawDocuments(mongo, name, last === null ? after : idOf(last));
      throw error;
    }
  };
  const onRetry = (error: Error) => report.say(`${name}: ${error.message}; trying again`);
  for (;;) {
    const next = await retrying(readNext, { signal, onRetry });
    if (next.done) return;
    last = next.value;
    yield next.value;
  }
}

async function copyCollections(backup: Backup, from: BackupCheckpoint): Promise<BackupCheckpoint> {
  const { folder, mongo, report, signal } = backup;
  let checkpoint = from;
  const done = new Set(from.files.filter(({ kind }) => kind === 'collection').map(({ name }) => name));
  for (const name of await collectionNames(mongo)) {
    if (done.has(name)) continue;
    signal.throwIfAborted();
    const isOrdered = await hasOneTypeOfId(mongo, name);
    if (!isOrdered) checkpoint = { ...checkpoint, current: null };
    const before = partOf(checkpoint, name).items;
    if (before > 0) report.say(`${name}: continues behind ${before} documents`);
    const step = { name, unit: 'documents', total: await estimatedCount(mongo, name), before };
    checkpoint = await report.step(step, (count) =>
      backUpCollection(
        {
          folder,
          name,
          signal,
          read: (after) => (isOrdered ? steadyDocuments(backup, name, after) : rawDocuments(mongo, name)),
          onDocuments: (documents) => count.add(documents),
        },
        checkpoint,
      ),
    );
    report.say(`${name}: ${checkpoint.files.at(-1)?.items} documents`);
  }
  return checkpoint;
}

/** @throws CommandError when a restore has begun since: what was copied before it and after it do not belong together */
async function refuseOtherContent(db: Database, folder: string, content: string): Promise<void> {
  if ((await contentId(db)) !== content)
    throw new CommandError(
      `${folder} holds an unfinished backup of another database, or from before a restore: give a new folder`,
    );
}

/** `rideline backup DIR`: MongoDB and the fixes that wait for it, while everything runs. Interrupted, it continues where it was. */
async function backUp(context: CommandContext): Promise<void> {
  const { config, clock } = context;
  const { positionals, values } = readArguments(context.args, USAGE, {
    options: { json: { type: 'boolean', default: false } },
    positionals: 1,
  });
  const folder = resolve(positionals[0] ?? '');
  const { report, signal } = context.beginLong({ json: values.json });
  const log = await context.openLog();
  const db = await context.openMongo();
  await refuseUnfinishedRestore(db);
  const unlock = await lockBackupFolder(folder);
  try {
    const found = await openBackupFolder(folder);
    if (found === 'complete') {
      await removeCheckpoint(folder);
      return report.say(`${folder} is complete already`);
    }
    const startedAt = toIsoTime(clock.wallMs());
    const { region, fixShards: shards } = config;
    const content = await contentId(db);
    const from = found ?? { v: 1, startedAt, content, region, shards, files: [], current: null };
    if (from.region !== region || from.shards !== shards)
      throw new CommandError(
        `${folder} holds an unfinished backup of region ${from.region}, ${from.shards} shards`,
      );
    await refuseOtherContent(db, folder, from.content);
    if (found !== null) report.say(`continuing the backup that began at ${from.startedAt}`);
    await saveCheckpoint(folder, from);
    context.keptFromHere();
    const streams = await openFixStreams(log, region, shards);
    const backup = { folder, log, mongo: db.mongo, streams, report, signal };
    const { files } = await copyCollections(backup, await copyStreams(backup, from));
    await refuseOtherContent(db, folder, from.content);
    await writeManifest(folder, {
      v: 1,
      startedAt: from.startedAt,
      createdAt: toIsoTime(clock.wallMs()),
      region,
      shards,
      files,
    });
    report.say(`backed up to ${folder}`);
  } finally {
    unlock();
  }
}

await runCommand('backup', backUp);
