import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toIsoTime } from '@rideline/contract';
import { type FixStreams, openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import { MIGRATIONS, migrateRestored } from '@rideline/fleet/migrations';
import { erasureCollection } from '@rideline/fleet/privacy/erasure-collection';
import { reopenErasures } from '@rideline/fleet/privacy/reopen-erasures';
import {
  emptyCollection,
  inBatches,
  isCollectionEmpty,
  putMissingRaw,
  putRaw,
  splitDocuments,
} from '@rideline/fleet/store/backup-bson';
import type { Database } from '@rideline/fleet/store/database';
import { metaCollection } from '@rideline/fleet/store/meta-collection';
import { migrate } from '@rideline/fleet/store/migrations';
import { RESTORE_LEASE_MS, readRestore } from '@rideline/fleet/store/restore-record';
import type { Mongo } from '@rideline/platform/mongo/mongo';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { BackupFile } from './backup-checkpoint.ts';
import { checkBackup, type Manifest, readBackupFile, readManifest } from './backup-files.ts';
import { type CommandContext, CommandError, readArguments, runCommand } from './command.ts';
import { forgetErased } from './forget-persons.ts';
import type { Reporter } from './progress.ts';
import { rebuildRedis } from './rebuild-redis.ts';
import { restoreDocuments } from './restore-documents.ts';
import { forgetCounters, restoreEntries } from './restore-entries.ts';
import { type RestoreRecord, RestoreRun } from './restore-run.ts';
import { retrying } from './retrying.ts';

/** Facts about the store itself: the target has its own (`up` writes them before anything can be restored). */
const OWN_COLLECTION = metaCollection.name;
/** Never emptied: the record of an erasure that the backup does not know is what erases the person again. */
const KEPT_COLLECTION = erasureCollection.name;
const USAGE = 'usage: ./rideline restore DIR [--force] [--json]';
const POLL_MS = 500;

interface Restore {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly db: Database;
  readonly log: RedisClient;
  readonly state: RedisClient;
  readonly streams: FixStreams;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  readonly run: RestoreRun;
}

async function checkedManifest(
  folder: string,
  { config }: CommandContext,
  { report, signal }: Pick<Restore, 'report' | 'signal'>,
): Promise<{ manifest: Manifest; id: string }> {
  const found = await readManifest(folder);
  const { manifest } = found;
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  await report.step({ name: 'checksums', unit: 'bytes', total }, (count) =>
    checkBackup(folder, manifest, { signal, onBytes: (bytes) => count.add(bytes) }),
  );
  if (manifest.region !== config.region)
    throw new CommandError(`the backup is of region ${manifest.region}, this is ${config.region}`);
  if (manifest.shards !== config.fixShards)
    throw new CommandError(`the backup has ${manifest.shards} fix shards: set RIDELINE_FIX_SHARDS to that`);
  report.say(`backup of ${manifest.createdAt}: ${manifest.files.length} files, checksums right`);
  return found;
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

/** The record to continue with, or a new one. @throws CommandError when that would lose data */
async function beginOrContinue(
  context: CommandContext,
  restore: Omit<Restore, 'run'>,
  options: { readonly id: string; readonly force: boolean },
): Promise<RestoreRecord> {
  const { clock } = context;
  const { db, manifest, log, streams, report, signal } = restore;
  const found = await readRestore(db);
  const holder = randomUUID();
  if (found !== null && found.finishedAt === null) {
    if (found.until.getTime() > clock.wallMs()) {
      report.say(
        `another restore may be running: waiting up to ${RESTORE_LEASE_MS / 1000} s for a sign of it`,
      );
      while (((await readRestore(db))?.until.getTime() ?? 0) > clock.wallMs()) {
        if (((await readRestore(db))?.until.getTime() ?? 0) > found.until.getTime())
          throw new CommandError('another restore is running');
        await sleep(POLL_MS, undefined, { signal });
      }
    }
    const { until: _over, ...record } = found;
    if (found.backup === options.id) {
      report.say(`continuing the restore that began at ${toIsoTime(found.startedAt)}`);
      return { ...record, holder };
    }
    if (!options.force)
      throw new CommandError(
        `the restore of the backup of ${found.backupCreatedAt} is unfinished: run it again, or give --force to put this backup in its place`,
      );
  } else if (!options.force) await refuseNonEmpty(manifest, db.mongo, log, streams);
  return {
    run: randomUUID(),
    backup: options.id,
    backupCreatedAt: manifest.createdAt,
    force: options.force,
    holder,
    done: [],
    current: null,
    startedAt: new Date(clock.wallMs()),
    finishedAt: null,
  };
}

async function restoreCollection(restore: Restore, file: BackupFile): Promise<void> {
  const { folder, db, report, run, signal } = restore;
  const { name, items } = file;
  const { force, current } = run.record;
  const isKept = name === KEPT_COLLECTION;
  const from = current?.name === name ? current : { name, isEmptied: !force || isKept, documents: 0 };
  const store = isKept ? putMissingRaw : putRaw;
  const onRetry = (error: Error) => report.say(`${name}: ${error.message}; trying again`);
  if (!from.isEmptied) {
    await report.step({ name: `${name}: removing what was there`, unit: 'documents' }, (count) =>
      retrying(
        () =>
          emptyCollection(db.mongo, name, async (removed) => {
            signal.throwIfAborted();
            count.add(removed);
            await run.save({ current: from });
          }),
        { signal, onRetry },
      ),
    );
  }
  if (from.documents > 0) report.say(`${name}: continues behind ${from.documents} documents`);
  const step = { name, unit: 'documents', total: items, before: from.documents };
  const stored = await report.step(step, async (count) => {
    let reported = from.documents;
    return await restoreDocuments({
      batches: inBatches(splitDocuments(readBackupFile(folder, file))),
      skip: from.documents,
      signal,
      put: (batch) => retrying(() => store(db.mongo, name, batch), { signal, onRetry }),
      onStored: async (documents) => {
        await retrying(() => run.save({ current: { name, isEmptied: true, documents } }), {
          signal,
          onRetry,
        });
        count.add(documents - reported);
        reported = documents;
      },
    });
  });
  if (stored !== items) throw new CommandError(`${name}: ${stored} documents, not ${items}`);
  report.say(`${name}: ${stored} documents`);
  await run.save({ done: [...run.record.done, name], current: null });
}

async function restoreStreams({
  manifest,
  folder,
  log,
  streams,
  report,
  signal,
  run,
}: Restore): Promise<void> {
  const files = manifest.files.filter(({ kind }) => kind !== 'collection');
  const total = files.reduce((sum, { items }) => sum + items, 0);
  const onRetry = (error: Error) => report.say(`fix streams: ${error.message}; trying again`);
  const parts = { folder, log, streams, run: run.record.run, signal, onRetry };
  await report.step({ name: 'fix streams', unit: 'entries', total }, async (count) => {
    for (const file of files) await restoreEntries(parts, file, (entries) => count.add(entries));
  });
  const entries = files.reduce((sum, { kind, items }) => sum + (kind === 'stream' ? items : 0), 0);
  report.say(`fix streams: ${entries} entries, which the history role now stores`);
}

/**
 * `rideline restore DIR`: restores MongoDB, rebuilds Redis from it, and appends the fixes of the streams, which are then stored as usual.
 * Interrupted at any point, the same command continues; until it has finished, MongoDB holds a record that says so.
 */
async function restoreBackup(context: CommandContext): Promise<void> {
  const { config, clock, logger } = context;
  const { positionals, values } = readArguments(context.args, USAGE, {
    options: { force: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
    positionals: 1,
  });
  const folder = resolve(positionals[0] ?? '');
  const { report, signal: stop } = context.beginLong({ json: values.json });
  const { manifest, id } = await checkedManifest(folder, context, { report, signal: stop });
  const log = await context.openLog();
  const state = await context.openState();
  const db = await context.openMongo();
  const streams = await openFixStreams(log, config.region, config.fixShards);
  const parts = { folder, manifest, db, log, state, streams, report };
  const record = await beginOrContinue(context, { ...parts, signal: stop }, { id, force: values.force });
  const run = new RestoreRun(db, clock, record);
  try {
    await run.save({});
    context.keptFromHere();
    const signal = AbortSignal.any([stop, run.lost]);
    const restore: Restore = { ...parts, signal, run };
    // Before the documents: an index that a document violates must refuse it now, not when it is created later.
    await migrate(db, {
      holder: config.process,
      clock,
      log: logger,
      say: (line) => report.say(line),
      signal,
      migrations: MIGRATIONS,
    });
    for (const file of manifest.files) {
      if (file.kind !== 'collection' || file.name === OWN_COLLECTION) continue;
      signal.throwIfAborted();
      if (!record.done.includes(file.name)) await restoreCollection(restore, file);
    }
    await migrateRestored(db, { say: (line) => report.say(line) });
    if (record.force) await forgetErased(state, config.region);
    await rebuildRedis({ config, clock, db, log, state, report, signal });
    await restoreStreams(restore);
    // Last: an erasure that ran meanwhile did not see what was restored after its step.
    const since = new Date(manifest.startedAt ?? 0);
    const again = await reopenErasures(db, { since, now: new Date(clock.wallMs()) });
    if (again > 0) report.say(`erasures of persons that run again: ${again}`);
    await run.save({ finishedAt: new Date(clock.wallMs()) });
    await forgetCounters(restore);
  } finally {
    await run.release();
  }
  report.say('restored');
}

await runCommand('restore', restoreBackup);
