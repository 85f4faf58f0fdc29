import { resolve } from 'node:path';
import { toIsoTime } from '@rideline/contract';
import { type FixStreams, openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import { fixDeadLetters } from '@rideline/fleet/redis/redis-keys';
import { collectionNames, rawDocuments } from '@rideline/fleet/store/backup-bson';
import type { Mongo } from '@rideline/platform/mongo/mongo';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { type BackupFile, prepareBackupFolder, writeBackupFile, writeManifest } from './backup-files.ts';
import { runCommand, UsageError } from './command.ts';
import { counted, withProgress } from './progress.ts';

const PAGE_ENTRIES = 200;

/** Every entry of a stream, one JSON line each: `[id, [field, value, …]]` with base64 values. */
async function* entryLines(log: RedisClient, key: string): AsyncGenerator<Buffer> {
  for (let from = '-'; ; ) {
    const page = (await log.xrangeBuffer(key, from, '+', 'COUNT', PAGE_ENTRIES)) as [Buffer, Buffer[]][];
    for (const [id, fields] of page) {
      const line = [id.toString('latin1'), fields.map((field) => field.toString('base64'))];
      yield Buffer.from(`${JSON.stringify(line)}\n`);
    }
    const last = page.at(-1);
    if (last === undefined) return;
    from = `(${last[0].toString('latin1')}`;
  }
}

/**
 * The streams first, then MongoDB: a fix moves from a stream to MongoDB and never back, so in this order at least one of them contains it.
 * Duplicates are harmless, since a fix that is stored again replaces itself.
 */
async function copyStreams(folder: string, log: RedisClient, streams: FixStreams): Promise<BackupFile[]> {
  const { region, generation } = streams;
  const files: BackupFile[] = [];
  for (const [shard, key] of streams.keys.entries()) {
    const name = String(shard);
    const stream = { path: `streams/shard-${shard}.jsonl.gz`, kind: 'stream', name } as const;
    files.push(await writeBackupFile(folder, stream, entryLines(log, key)));
    const dead = { path: `streams/dead-${shard}.jsonl.gz`, kind: 'deadLetters', name } as const;
    files.push(
      await writeBackupFile(folder, dead, entryLines(log, fixDeadLetters(region, generation, shard))),
    );
  }
  return files;
}

async function copyCollections(
  folder: string,
  mongo: Mongo,
  say: (line: string) => void,
): Promise<BackupFile[]> {
  const files: BackupFile[] = [];
  for (const name of await collectionNames(mongo)) {
    const file = { path: `collections/${name}.bson.gz`, kind: 'collection', name } as const;
    let copied = 0;
    const documents = counted(rawDocuments(mongo, name), (count) => {
      copied = count;
    });
    const written = await withProgress(
      say,
      () => `${name}: ${copied} documents so far`,
      () => writeBackupFile(folder, file, documents),
    );
    say(`${name}: ${written.items} documents`);
    files.push(written);
  }
  return files;
}

/** `rideline backup DIR`: MongoDB and the fixes that wait for it, while everything runs. */
await runCommand('backup', async ({ args, config, clock, say, openMongo, openLog }) => {
  const [given] = args;
  if (given === undefined || args.length !== 1) throw new UsageError('usage: ./rideline backup DIR');
  const folder = resolve(given);
  const log = await openLog();
  const { mongo } = await openMongo();
  await prepareBackupFolder(folder);
  const streams = await openFixStreams(log, config.region, config.fixShards);
  const waiting = await withProgress(
    say,
    () => 'fix streams: being copied',
    () => copyStreams(folder, log, streams),
  );
  say(`fix streams: ${waiting.reduce((sum, { items }) => sum + items, 0)} entries not in Mongo for certain`);
  const collections = await copyCollections(folder, mongo, say);
  await writeManifest(folder, {
    v: 1,
    createdAt: toIsoTime(clock.wallMs()),
    region: config.region,
    shards: streams.shards,
    files: [...waiting, ...collections],
  });
  say(`backed up to ${folder}`);
});
