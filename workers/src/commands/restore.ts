import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type FixStreams, openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import { fixDeadLetters } from '@rideline/fleet/redis/redis-keys';
import {
  emptyCollection,
  insertRaw,
  isCollectionEmpty,
  splitDocuments,
} from '@rideline/fleet/store/backup-bson';
import { metaCollection } from '@rideline/fleet/store/meta-collection';
import { migrate } from '@rideline/fleet/store/migrations';
import type { Mongo } from '@rideline/platform/mongo/mongo';
import type { RedisClient } from '@rideline/platform/redis/redis';
import {
  type BackupFile,
  checkBackup,
  type Manifest,
  readBackupFile,
  readBackupLines,
} from './backup-files.ts';
import { CommandError, runCommand, UsageError } from './command.ts';
import { forgetErased } from './forget-persons.ts';
import { counted, withProgress } from './progress.ts';
import { rebuildRedis } from './rebuild-redis.ts';

/** Facts about the store itself: the target has its own (`up` writes them before anything can be restored). */
const OWN_COLLECTION = metaCollection.name;
const USAGE = 'usage: ./rideline restore DIR [--force]';

function readArguments(args: readonly string[]): { folder: string; force: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { force: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [given] = positionals;
    if (given === undefined || positionals.length !== 1) throw new UsageError(USAGE);
    return { folder: resolve(given), force: values.force };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${(error as Error).message}\n${USAGE}`);
  }
}

async function refuseNonEmpty(
  manifest: Manifest,
  mongo: Mongo,
  log: RedisClient,
  streams: FixStreams,
): Promise<void> {
  const full: string[] = [];
  for (const { kind, name } of manifest.files) {
    if (kind !== 'collection' || name === OWN_COLLECTION) continue;
    if (!(await isCollectionEmpty(mongo, name))) full.push(name);
  }
  for (const [shard, key] of streams.keys.entries()) {
    if ((await log.xlen(key)) > 0) full.push(`fix stream ${shard}`);
  }
  if (full.length === 0) return;
  throw new CommandError(
    `there is data already (${full.join(', ')}); --force puts the backup in its place. Nothing was restored.`,
  );
}

/** Entries are appended with new ids: the streams' groups then read them like any other. */
async function restoreEntries(
  folder: string,
  file: BackupFile,
  log: RedisClient,
  keyOf: (shard: number) => string,
): Promise<number> {
  let restored = 0;
  for await (const line of readBackupLines(folder, file)) {
    const [, fields] = JSON.parse(line) as [string, string[]];
    await log.xadd(keyOf(Number(file.name)), '*', ...fields.map((field) => Buffer.from(field, 'base64')));
    restored += 1;
  }
  return restored;
}

/** `rideline restore DIR`: restores MongoDB, rebuilds Redis from it, and appends the fixes of the streams, which are then stored as usual. */
await runCommand('restore', async (context) => {
  const { args, config, clock, logger, say } = context;
  const { folder, force } = readArguments(args);
  const manifest = await checkBackup(folder);
  if (manifest.region !== config.region) {
    throw new CommandError(`the backup is of region ${manifest.region}, this is ${config.region}`);
  }
  if (manifest.shards !== config.fixShards) {
    throw new CommandError(`the backup has ${manifest.shards} fix shards: set RIDELINE_FIX_SHARDS to that`);
  }
  say(`backup of ${manifest.createdAt}: ${manifest.files.length} files, checksums right`);
  const log = await context.openLog();
  const state = await context.openState();
  const db = await context.openMongo();
  const streams = await openFixStreams(log, config.region, config.fixShards);
  if (!force) await refuseNonEmpty(manifest, db.mongo, log, streams);

  // Before the documents: an index that a document violates must refuse it now, not when it is created later.
  await migrate(db, { holder: config.process, clock, log: logger });
  for (const file of manifest.files) {
    if (file.kind !== 'collection' || file.name === OWN_COLLECTION) continue;
    const { name, items } = file;
    let restored = 0;
    const documents = counted(splitDocuments(readBackupFile(folder, file)), (done) => {
      restored = done;
    });
    const soFar = () => `${name}: ${restored} of ${items} documents`;
    const count = await withProgress(say, soFar, async () => {
      if (force) await emptyCollection(db.mongo, name);
      return insertRaw(db.mongo, name, documents);
    });
    if (count !== file.items) throw new CommandError(`${file.name}: ${count} documents, not ${file.items}`);
    say(`${file.name}: ${count} documents`);
  }
  if (force) await forgetErased(state, config.region);
  await rebuildRedis({ config, clock, db, log, state, say });
  const { region, generation } = streams;
  let entries = 0;
  const appended = () => `fix streams: ${entries} entries so far`;
  await withProgress(say, appended, async () => {
    for (const file of manifest.files) {
      if (file.kind === 'stream')
        entries += await restoreEntries(folder, file, log, (shard) => streams.keys[shard] as string);
      if (file.kind === 'deadLetters') {
        await restoreEntries(folder, file, log, (shard) => fixDeadLetters(region, generation, shard));
      }
    }
  });
  say(`fix streams: ${entries} entries, which the history role now stores`);
  say('restored');
});
