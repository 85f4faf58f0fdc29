import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BootId, DriverId } from '@rideline/contract';
import { driver, fixDeadLetters } from '@rideline/fleet/redis/redis-keys';
import { collectionNames, rawDocuments } from '@rideline/fleet/store/backup-bson';
import { metaCollection } from '@rideline/fleet/store/meta-collection';
import { unfinishedRestore, writeRestore } from '@rideline/fleet/store/restore-record';
import { type StoredTrack, trackCollection } from '@rideline/fleet/tracks/track-collection';
import { ROOT } from '@rideline/infra/local/paths';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { runWorkerCommand } from '../harness/commands/run-worker-command.ts';
import { type HeldProxy, startHeldProxy } from '../harness/faults/held-proxy.ts';
import { type Child, startChild } from '../harness/processes/child-process.ts';
import { REGION } from '../harness/test-process.ts';

/** 8 million fixes with `test --faults`: a day of 90 drivers. */
const FULL = process.env.TEST_MODE === 'faults';
const DRIVERS = FULL ? 90 : 20;
const BLOCKS_PER_DRIVER = FULL ? 1389 : 400;
const FIXES_PER_BLOCK = FULL ? 64 : 8;
const TRACKS = DRIVERS * BLOCKS_PER_DRIVER;
const ENTRIES = 1000;
const SOON = { timeout: 60_000, interval: 50 };
const MINUTES = 20 * 60_000;

let harness: WorkersHarness;
let folder: string;
const proxies: HeldProxy[] = [];
const children: Child[] = [];

beforeAll(async () => {
  harness = await startWorkersHarness({ workers: 0 });
  folder = await mkdtemp(join(tmpdir(), 'rideline-long-'));
  await storeTracks();
  await storeEntries();
}, MINUTES);
afterAll(async () => {
  for (const child of children) await child.end('SIGKILL');
  for (const proxy of proxies) await proxy.close();
  await harness?.stop();
  await rm(folder, { recursive: true, force: true });
});

const driverIds = () =>
  Array.from({ length: DRIVERS }, (_, index) => `d${String(index).padStart(3, '0')}` as DriverId);

function trackOf(driverId: DriverId, block: number, now: number): StoredTrack {
  const at = now - 3_600_000 + block * 1000;
  const first = block * 64;
  const fixes = Array.from({ length: FIXES_PER_BLOCK }, (_, index) => [
    String(first + index),
    [at + index, 41.1 + index / 1000, -8.6, 10.5, 90, 5, 0, at + index, 0],
  ]);
  return {
    _id: `${driverId}:boot:${String(block).padStart(6, '0')}`,
    v: 1,
    region: REGION,
    driverId,
    boot: 'boot' as BootId,
    block,
    tMin: new Date(at),
    tMax: new Date(at + FIXES_PER_BLOCK),
    lowest: 0,
    expireAt: new Date(now + 90 * 86_400_000),
    f: Object.fromEntries(fixes),
  };
}

async function storeTracks(): Promise<void> {
  const now = Date.now();
  for (const driverId of driverIds()) {
    for (let from = 0; from < BLOCKS_PER_DRIVER; from += 500) {
      const blocks = Array.from({ length: Math.min(500, BLOCKS_PER_DRIVER - from) }, (_, index) =>
        trackOf(driverId, from + index, now),
      );
      await harness.db.collection(trackCollection).insertMany(blocks, { ordered: false });
    }
  }
}

/** Nobody reads them here: they wait in the streams, as while the history role is stopped. */
async function storeEntries(): Promise<void> {
  const { log, streams } = harness;
  const add = log.pipeline();
  const letters = log.pipeline();
  for (let entry = 0; entry < ENTRIES; entry += 1) {
    add.xadd(streams.keys[0] ?? '', '*', 'b', Buffer.alloc(200, `entry ${entry} `));
    letters.xadd(fixDeadLetters(REGION, streams.generation, 0), '*', 'l', `letter ${entry}`);
  }
  for (const pipeline of [add, letters])
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
}

async function digests(): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const name of await collectionNames(harness.mongo)) {
    if (name === 'meta') continue;
    const hash = createHash('sha256');
    for await (const bytes of rawDocuments(harness.mongo, name)) hash.update(bytes);
    all[name] = hash.digest('hex');
  }
  return all;
}

async function entryTexts(): Promise<string[]> {
  const { log, streams } = harness;
  const keys = [streams.keys[0] ?? '', fixDeadLetters(REGION, streams.generation, 0)];
  const found = await Promise.all(keys.map((key) => log.xrange(key, '-', '+')));
  return found.flat().map(([, fields]) => fields.join(' '));
}

async function emptyEverything(): Promise<void> {
  for (const client of [harness.log, harness.state, harness.cache]) await client.flushall();
  for (const name of await collectionNames(harness.mongo))
    if (name !== 'meta') await harness.mongo.connection.db?.collection(name).deleteMany({});
}

/** Starts a command whose server `variable` is behind a proxy that holds it in its middle. */
async function startHeld(
  name: string,
  args: readonly string[],
  held: { variable: 'MONGODB_URI' | 'REDIS_LOG_URL'; bytes: number; direction: 'toServer' | 'toClient' },
): Promise<{ child: Child; proxy: HeldProxy }> {
  const address = harness.env[held.variable] ?? '';
  const [, scheme = '', host = '', port = '', path = ''] =
    /^([a-z]+:\/\/)([^:/,]+):(\d+)[^/]*(\/[^?]*)/.exec(address) ?? [];
  const proxy = await startHeldProxy({ host, port: Number(port) }, held);
  proxies.push(proxy);
  const query = held.variable === 'MONGODB_URI' ? '?directConnection=true' : '';
  const child = startChild(process.execPath, [`workers/src/commands/${name}.ts`, ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      ...harness.env,
      [held.variable]: `${scheme}127.0.0.1:${proxy.port}${path}${query}`,
      RIDELINE_PROCESS: name,
    },
  });
  children.push(child);
  await Promise.race([
    proxy.held,
    child.ended.then(() => Promise.reject(new Error(`${name} ended: ${child.output()}`))),
  ]);
  return { child, proxy };
}

/** kill -9 in the middle, as soon as `isUnderWay`. */
async function killed(
  name: string,
  args: readonly string[],
  held: Parameters<typeof startHeld>[2],
  isUnderWay: () => Promise<boolean>,
): Promise<void> {
  const { child } = await startHeld(name, args, held);
  await vi.waitFor(async () => expect(await isUnderWay()).toBe(true), SOON);
  expect(await child.end('SIGKILL')).toBeNull();
}

const run = (name: string, args: readonly string[] = []) =>
  runWorkerCommand(harness.env, name, args, MINUTES);
/** On the wire: behind the first part of a backup (5,000 documents), and before the end. */
const IN_THE_MIDDLE =
  0.75 * TRACKS * mongoose.mongo.BSON.calculateObjectSize(trackOf('d000' as DriverId, 0, Date.now()));

it(
  'OPS-84: a backup that was killed in its middle continues, and a restore that was killed in its middle too, without a difference at the end',
  async () => {
    const original = await digests();
    const entries = await entryTexts();
    const taken = join(folder, 'taken');
    const current = async () => JSON.parse(await readFile(join(taken, 'checkpoint.json'), 'utf8')).current;
    await killed(
      'backup',
      [taken],
      { variable: 'MONGODB_URI', bytes: IN_THE_MIDDLE, direction: 'toClient' },
      async () => (await current())?.name === 'tracks',
    );
    expect((await run('restore', [taken])).stderr).toContain('is no backup: it is unfinished');
    const backup = await run('backup', [taken]);
    expect([backup.code, backup.stderr]).toEqual([0, '']);
    expect(backup.stdout).toMatch(/continuing the backup that began at/);
    expect(backup.stdout).toMatch(/tracks: continues behind \d+ documents/);
    expect(backup.stdout).toContain(`tracks: ${TRACKS} documents`);
    expect((await run('backup', [taken])).stderr).toContain('is not empty');

    await emptyEverything();
    await killed(
      'restore',
      [taken],
      { variable: 'MONGODB_URI', bytes: IN_THE_MIDDLE, direction: 'toServer' },
      async () => ((await unfinishedRestore(harness.db))?.current?.documents ?? 0) > 0,
    );
    // A half database says so.
    const refused = await run('backup', [join(folder, 'never')]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('is unfinished')]);
    const rebuild = await run('rebuild');
    expect([rebuild.code, rebuild.stderr]).toEqual([1, expect.stringContaining('is unfinished')]);
    expect((await run('migrate')).stdout).toMatch(/NOTE the restore that began at .* is unfinished/);

    // Killed again, while the entries of the streams are appended.
    await killed(
      'restore',
      [taken],
      { variable: 'REDIS_LOG_URL', bytes: 100_000, direction: 'toServer' },
      async () => (await entryTexts()).length > 0,
    );
    const restored = await run('restore', [taken]);
    expect([restored.code, restored.stderr]).toEqual([0, '']);
    expect(restored.stdout).toMatch(/continuing the restore that began at/);
    expect(await digests()).toEqual(original);
    expect(await entryTexts()).toEqual(entries);
    expect(await unfinishedRestore(harness.db)).toBeNull();
    expect(await harness.log.keys('*restored*')).toEqual([]);
    expect((await run('migrate')).stdout).not.toContain('NOTE');
  },
  MINUTES,
);

const hashes = async () => {
  const all = await Promise.all(driverIds().map((id) => harness.state.hgetall(driver(REGION, id))));
  return all.map(({ rebuilt: _rebuilt, ...fields }) => fields);
};

it(
  'OPS-84: a rebuild that was killed in its middle continues, and skips no driver whose hash was lost meanwhile',
  async () => {
    await harness.state.flushall();
    expect((await run('rebuild')).code).toBe(0);
    const whole = await hashes();
    expect(whole[0]?.['durable:boot']).toMatch(/"durable":/);
    await harness.state.flushall();
    const rebuilt = async () =>
      (
        await Promise.all(driverIds().map((id) => harness.state.hexists(driver(REGION, id), 'rebuilt')))
      ).filter((one) => one === 1).length;
    await killed(
      'rebuild',
      [],
      { variable: 'MONGODB_URI', bytes: IN_THE_MIDDLE, direction: 'toClient' },
      async () => (await rebuilt()) > 0,
    );
    expect(await rebuilt()).toBeLessThan(DRIVERS);
    await harness.state.unlink(driver(REGION, driverIds()[0] as DriverId));
    const again = await run('rebuild');
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(again.stdout).toMatch(/continuing the rebuild that began at/);
    expect(await hashes()).toEqual(whole);
  },
  MINUTES,
);

it(
  'OPS-84: a lost connection to MongoDB does not end a backup, and Ctrl-C ends it in order',
  async () => {
    const whole = join(folder, 'whole');
    const held = { variable: 'MONGODB_URI', bytes: IN_THE_MIDDLE, direction: 'toClient' } as const;
    const cut = await startHeld('backup', [whole, '--json'], held);
    cut.proxy.breakAndRelease();
    expect([await cut.child.ended, cut.child.output()]).toEqual([0, expect.stringContaining('backed up to')]);
    const lines = cut.child.output().trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ step: 'tracks', done: TRACKS, state: 'done' }),
    );
    expect(cut.child.output()).toContain('trying again');

    const stopped = await startHeld('backup', [join(folder, 'stopped')], held);
    stopped.child.process.kill('SIGINT');
    await vi.waitFor(() => expect(stopped.child.output()).toContain('stopping'), SOON);
    stopped.proxy.breakAndRelease();
    expect(await stopped.child.ended).toBe(130);
    expect(stopped.child.output()).toContain('run the same command again to continue');
    // A backup is of one database: this one counts as another while it has another id.
    const meta = harness.db.collection(metaCollection);
    const own = await meta.findOne({ _id: 'object-store' });
    await meta.updateOne({ _id: 'object-store' }, { $set: { holder: 'another' } });
    const mixed = await run('backup', [join(folder, 'stopped')]);
    expect([mixed.code, mixed.stderr]).toEqual([1, expect.stringContaining('of another database')]);
    await meta.updateOne({ _id: 'object-store' }, { $set: { holder: own?.holder ?? '' } });
    expect((await run('backup', [join(folder, 'stopped')])).code).toBe(0);

    // A restore that began during the backup: its parts do not belong together.
    const overtaken = await startHeld('backup', [join(folder, 'overtaken')], held);
    const now = new Date();
    const restore = { run: 'another', backup: 'b', backupCreatedAt: now.toISOString(), holder: 'h' };
    const times = { startedAt: now, finishedAt: now };
    const record = { ...restore, ...times, force: true, done: [], current: null };
    expect(await writeRestore(harness.db, record, { nowMs: Date.now(), leaseMs: 0 })).toBe(true);
    overtaken.proxy.breakAndRelease();
    expect(await overtaken.child.ended).toBe(1);
    expect(overtaken.child.output()).toContain('from before a restore');
  },
  MINUTES,
);
