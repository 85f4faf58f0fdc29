import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DriverId, ImportTrip, TripId } from '@rideline/contract';
import { readTripLog } from '@rideline/fleet/live/trip-log';
import { driver, trip } from '@rideline/fleet/redis/redis-keys';
import { collectionNames, rawDocuments } from '@rideline/fleet/store/backup-bson';
import { readLedgerPage } from '@rideline/fleet/tracks/ledger-page';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import { closeImportedTrip, openImportedTrip } from '@rideline/fleet/trips/trip-import';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { startTcpProxy, type TcpProxy } from '@rideline/infra/proxy/tcp-proxy';
import { queuePrefix } from '@rideline/platform/queues/queue-table';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { runWorkerCommand } from '../harness/commands/run-worker-command.ts';
import { fixRecord, judgedFix } from '../harness/fixes/fix-builders.ts';
import { FixSource } from '../harness/fixes/fix-source.ts';
import { storedFixes, streamBacklog } from '../harness/fixes/stored-fixes.ts';
import { REGION } from '../harness/test-process.ts';
import { tripStoreOf } from '../harness/trips/trip-store-setup.ts';

const SOON = { timeout: 60_000, interval: 50 };
const DRIVERS = ['cmd-a', 'cmd-b', 'cmd-c'];

let harness: WorkersHarness;
let folder: string;
let open: ImportTrip;
let closed: ImportTrip;
const source = () => new FixSource(harness);

beforeAll(async () => {
  harness = await startWorkersHarness();
  folder = await mkdtemp(join(tmpdir(), 'rideline-backup-'));
  open = await importedTrip(DRIVERS[0] as string);
  closed = await importedTrip(DRIVERS[1] as string);
  await closeImportedTrip(store(), closed.tripId, closed.at);
});
afterAll(async () => {
  await harness.stop();
  await rm(folder, { recursive: true, force: true });
});

const store = (): TripStore => tripStoreOf(harness);

async function importedTrip(driverId: string): Promise<ImportTrip> {
  const input = {
    tripId: randomUUID() as TripId,
    riderId: `rider-${driverId}`,
    driverId,
    pickup: { lat: 37.7, lng: -122.4 },
    dropoff: { lat: 37.8, lng: -122.5 },
    at: new Date().toISOString(),
  } as ImportTrip;
  await openImportedTrip(store(), input);
  return input;
}

async function sendFixes(boot: string, from: number, to: number): Promise<FixSource> {
  const sending = source();
  for (let seq = from; seq < to; seq += 1) {
    for (const name of DRIVERS) sending.send(fixRecord(name, boot, [judgedFix(seq)]));
  }
  await sending.flush();
  return sending;
}

async function settled(keys: ReadonlySet<string>): Promise<void> {
  await vi.waitFor(async () => {
    const stored = new Set(await storedFixes(harness.db));
    expect([...keys].filter((key) => !stored.has(key))).toEqual([]);
    expect((await streamBacklog(harness)).pending).toBe(0);
  }, SOON);
}

/** Every pending event of the trips is delivered, including notifications: nothing writes to MongoDB any more. */
async function allDelivered(): Promise<void> {
  await vi.waitFor(async () => {
    expect(
      await harness.db.collection(tripCollection).countDocuments({ 'outbox.0': { $exists: true } }),
    ).toBe(0);
    const queue = (list: string) => `${queuePrefix(REGION)}:notification:${list}`;
    const jobs = await Promise.all([
      harness.state.llen(queue('wait')),
      harness.state.llen(queue('active')),
      harness.state.zcard(queue('delayed')),
    ]);
    expect(jobs).toEqual([0, 0, 0]);
  }, SOON);
}

async function contents(): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const name of await collectionNames(harness.mongo)) {
    if (name === 'meta') continue;
    const documents: string[] = [];
    for await (const bytes of rawDocuments(harness.mongo, name)) documents.push(bytes.toString('base64'));
    all[name] = documents.sort();
  }
  return all;
}

const ledger = (driverId: string) =>
  readLedgerPage(harness.db, { region: REGION, driverId: driverId as DriverId, after: null }, (work) =>
    work(),
  );

it('HIST-21: rebuild restores trips and durable ranges in an emptied Redis', async () => {
  const sent = await sendFixes('boot-1', 0, 70);
  const more = await sendFixes('boot-2', 5, 9);
  await settled(new Set([...sent.appended, ...more.appended]));
  await vi.waitFor(async () => {
    expect(await harness.state.hget(trip(REGION, closed.tripId), 'version')).toBe('2');
  }, SOON);
  for (const client of [harness.log, harness.state, harness.cache]) await client.flushall();
  const { code, stdout, stderr } = await runWorkerCommand(harness.env, 'rebuild');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/4 shards/);
  expect(stdout).toMatch(/trips: 1 open, 1 just ended; 1 drivers on a trip/);
  expect(stdout).toMatch(/durable: 6 boots of 3 drivers/);
  expect(stdout).toMatch(/live positions: none/);
  const log = await readTripLog(harness.state, REGION, open.tripId, { epoch: 0, pos: 0 });
  expect(log).toMatchObject({
    trip: { version: 1, state: 'in_progress', driver: { id: DRIVERS[0] } },
    events: [{ version: 1 }],
  });
  expect((await readTripLog(harness.state, REGION, closed.tripId, { epoch: 0, pos: 0 })).trip?.state).toBe(
    'completed',
  );
  const hash = await harness.state.hgetall(driver(REGION, DRIVERS[0] as DriverId));
  expect(hash).toMatchObject({
    trip: open.tripId,
    boots: '["boot-1","boot-2"]',
    'durable:boot-1': '{"durable":69,"ranges":[]}',
    'durable:boot-2': '{"durable":-1,"ranges":[[5,8]]}',
  });
  expect(await harness.state.hget(driver(REGION, DRIVERS[1] as DriverId), 'trip')).toBeNull();
  // The worker, which lost its consumer groups, continues.
  await settled((await sendFixes('boot-1', 70, 80)).appended);
  expect((await runWorkerCommand(harness.env, 'rebuild')).code).toBe(0);
});

/** Relays to MongoDB, and holds back the first query for trips: a larger database takes that long by itself. */
async function holdTripsQuery(ms: number): Promise<TcpProxy & { readonly uri: string }> {
  const [, host = '', port = '', path = ''] =
    /^mongodb:\/\/([^:/,]+):(\d+)[^/]*(\/[^?]*)/.exec(harness.env.MONGODB_URI ?? '') ?? [];
  let hold: Promise<unknown> | undefined;
  const proxy = await startTcpProxy({ host, port: Number(port) }, ({ client, target }) => {
    client.on('data', async (chunk) => {
      if (chunk.includes('trips')) hold ??= new Promise((resolve) => setTimeout(resolve, ms));
      await hold;
      target.write(chunk);
    });
    target.on('data', (chunk) => client.write(chunk));
  });
  const query = 'directConnection=true&readPreference=primaryPreferred';
  return { ...proxy, uri: `mongodb://127.0.0.1:${proxy.port}${path}?${query}` };
}

it('HIST-21: a rebuild that takes longer than 10 s says how far it is and completes', async () => {
  const proxy = await holdTripsQuery(12_000);
  const { code, stdout, stderr } = await runWorkerCommand(
    { ...harness.env, MONGODB_URI: proxy.uri },
    'rebuild',
  );
  await proxy.close();
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('trips: 0 trips so far');
  expect(stdout).toMatch(/durable: 6 boots of 3 drivers/);
});

it('HIST-20: a backup taken while fixes arrive restores what was acknowledged before it began', async () => {
  const before = await sendFixes('boot-3', 0, 100);
  let stop = false;
  const load = (async () => {
    for (let seq = 0; !stop; seq += 10) await sendFixes('boot-4', seq, seq + 10);
  })();
  const taken = join(folder, 'taken');
  const backup = await runWorkerCommand(harness.env, 'backup', [taken]);
  stop = true;
  await load;
  expect([backup.code, backup.stderr]).toEqual([0, '']);
  expect((await stat(taken)).mode & 0o077).toBe(0);
  expect(await readdir(taken)).toEqual(expect.arrayContaining(['manifest.json', 'collections', 'streams']));

  const refused = await runWorkerCommand(harness.env, 'restore', [taken]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/there is data already \(.*tracks.*--force/);

  for (const client of [harness.log, harness.state, harness.cache]) await client.flushall();
  for (const name of ['tracks', 'trips', 'notifications'])
    await harness.mongo.connection.db?.collection(name).deleteMany({});
  const restored = await runWorkerCommand(harness.env, 'restore', [taken]);
  expect([restored.code, restored.stderr]).toEqual([0, '']);
  await settled(before.appended);
  const fixes = await storedFixes(harness.db);
  expect(fixes).toHaveLength(new Set(fixes).size);
  expect((await ledger(DRIVERS[0] as string)).boots.find(({ boot }) => boot === 'boot-3')).toMatchObject({
    stored: 100,
    missing: [],
  });
  expect(await harness.db.collection(tripCollection).findOne({ _id: open.tripId as never })).toMatchObject({
    open: true,
  });
  expect(await harness.state.hget(driver(REGION, DRIVERS[0] as DriverId), 'trip')).toBe(open.tripId);
});

it('HIST-20: with nothing in flight the documents come back byte for byte; --force replaces existing data', async () => {
  await settled(new Set());
  await vi.waitFor(async () => expect((await streamBacklog(harness)).length).toBe(0), SOON);
  await allDelivered();
  const original = await contents();
  const taken = join(folder, 'exact');
  expect((await runWorkerCommand(harness.env, 'backup', [taken])).code).toBe(0);
  await settled((await sendFixes('boot-9', 0, 20)).appended);
  await closeImportedTrip(store(), open.tripId, open.at);
  await vi.waitFor(async () => {
    expect(await harness.state.hget(trip(REGION, open.tripId), 'version')).toBe('2');
    expect((await streamBacklog(harness)).length).toBe(0);
  }, SOON);
  await allDelivered();
  const forced = await runWorkerCommand(harness.env, 'restore', [taken, '--force']);
  expect([forced.code, forced.stderr]).toEqual([0, '']);
  expect(await contents()).toEqual(original);
  expect(await harness.state.hget(trip(REGION, open.tripId), 'version')).toBe('1');
  expect(await harness.state.hget(driver(REGION, DRIVERS[0] as DriverId), 'durable:boot-9')).toBeNull();
});

it('HIST-20: a damaged or unfinished backup is refused before anything is written', async () => {
  const original = await contents();
  const damaged = join(folder, 'exact');
  await appendFile(join(damaged, 'collections', 'tracks.bson.gz'), 'x');
  const refused = await runWorkerCommand(harness.env, 'restore', [damaged, '--force']);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    'rideline restore: collections/tracks.bson.gz is damaged: its checksum differs. Nothing was restored.\n',
  ]);
  await rm(join(damaged, 'manifest.json'));
  expect((await runWorkerCommand(harness.env, 'restore', [damaged, '--force'])).stderr).toMatch(
    /is no backup/,
  );
  expect(await contents()).toEqual(original);
});

it.each([
  ['backup', [], 2, /usage: .*backup DIR/],
  ['restore', ['/nowhere', '--what'], 2, /usage: .*restore DIR/],
  ['restore', ['/nowhere'], 1, /is no backup/],
  ['backup', [tmpdir()], 1, /is not empty/],
] as const)(
  'HIST-20: %s %j reports the fault in one line, exit code %i',
  async (name, args, exitCode, text) => {
    const { code, stderr } = await runWorkerCommand(harness.env, name, args);
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(text);
  },
);

it('HIST-20: a server that does not answer is reported, not waited for', async () => {
  const away = { ...harness.env, REDIS_LOG_URL: 'redis://127.0.0.1:1/0' };
  const { code, stderr } = await runWorkerCommand(away, 'backup', [join(folder, 'never')]);
  expect([code, stderr]).toEqual([
    1,
    'rideline backup: the log Redis does not answer; is the cluster up? (./rideline status)\n',
  ]);
});
