import { type BootId, type DriverId, ledgerSchema } from '@rideline/contract';
import { driver, inbox } from '@rideline/fleet/redis/redis-keys';
import { ledgerOf } from '@rideline/fleet/tracks/ledger';
import { type StoredTrack, trackCollection } from '@rideline/fleet/tracks/track-collection';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { fixRecord, judgedFix } from '../harness/fixes/fix-builders.ts';
import { FixSource } from '../harness/fixes/fix-source.ts';
import { storedFixes, streamBacklog } from '../harness/fixes/stored-fixes.ts';
import { startWorker } from '../harness/processes/worker-process.ts';
import { REGION } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 50 };
/** Blocks that are sent before others are stored. */
const MOST_HELD = 40;
/** The default of RIDELINE_RETENTION_DAYS. */
const RETENTION_MS = 30 * 86_400_000;
let harness: WorkersHarness;

beforeAll(async () => {
  harness = await startWorkersHarness();
});
afterAll(() => harness.stop());

async function tracksOf(driverId: string): Promise<StoredTrack[]> {
  return harness.db
    .collection(trackCollection)
    .find({ driverId: driverId as DriverId })
    .toArray();
}

async function durableOf(driverId: string, boot: string): Promise<unknown> {
  const json = await harness.state.hget(driver(REGION, driverId as DriverId), `durable:${boot}`);
  return json === null ? null : JSON.parse(json);
}

it('HIST-1, HIST-3: appended fixes are in Mongo by blocks, once, until their retention is over, and are then trimmed from the stream', async () => {
  const source = new FixSource(harness);
  for (let seq = 0; seq < 200; seq += 1) {
    for (const name of ['path-a', 'path-b'])
      source.send(fixRecord(name, 'b1', [judgedFix(seq, seq % 50 === 7 ? 'implausible' : 'ok')]));
  }
  await source.flush();
  await vi.waitFor(async () => {
    expect(new Set(await storedFixes(harness.db))).toEqual(source.appended);
    expect(await streamBacklog(harness)).toEqual({ length: 0, pending: 0, lag: 0 });
  }, SOON);
  expect(await storedFixes(harness.db)).toHaveLength(source.appended.size);
  const tracks = await tracksOf('path-a');
  expect(tracks.map(({ _id }) => _id).sort()).toEqual([0, 1, 2, 3].map((block) => `path-a:b1:${block}`));
  const receipts = tracks.map(({ f }) => Math.max(...Object.values(f).map((fix) => fix[7])));
  expect(tracks.map(({ expireAt }) => expireAt.getTime())).toEqual(
    receipts.map((receivedAt) => receivedAt + RETENTION_MS),
  );
  const ledger = ledgerOf('path-a' as DriverId, tracks);
  expect(ledgerSchema.parse(ledger).boots[0]).toMatchObject({
    received: 200,
    stored: 196,
    refused: 4,
    refusedBy: { implausible: 4 },
    missing: [],
    verdict: 'complete',
  });
});

it('HIST-2: a stored fix is not changed by a repeat with another verdict', async () => {
  const source = new FixSource(harness);
  const t = Date.now();
  source.send(fixRecord('again', 'b1', [judgedFix(0, 'implausible', t), judgedFix(1, 'ok', t)]));
  await source.flush();
  await vi.waitFor(
    async () => expect(await durableOf('again', 'b1')).toEqual({ durable: 1, ranges: [] }),
    SOON,
  );
  source.send(
    fixRecord('again', 'b1', [judgedFix(0, 'ok', t), judgedFix(1, 'stale', t), judgedFix(2, 'ok', t)]),
  );
  await source.flush();
  await vi.waitFor(
    async () => expect(await durableOf('again', 'b1')).toEqual({ durable: 2, ranges: [] }),
    SOON,
  );
  const [track] = await tracksOf('again');
  expect(Object.values(track?.f ?? {}).map((fix) => fix[8])).toEqual([7, 0, 0]);
  expect(await harness.metric('workers-1', 'history_repeated_fixes_total')).toBeGreaterThanOrEqual(2);
});

it("HIST-7: the driver's gateway receives what is durable, with gaps and given-up fixes taken into account", async () => {
  const subscriber = new Redis(harness.env.REDIS_CACHE_URL as string);
  const published: unknown[] = [];
  await subscriber.subscribe(inbox(REGION, 'gateway-9' as never));
  subscriber.on('message', (_channel, text) => published.push(...JSON.parse(text)));
  const hash = driver(REGION, 'driver-1' as DriverId);
  await harness.state.hset(hash, 'gateway', 'gateway-9', 'boots', JSON.stringify(['b1']));
  const source = new FixSource(harness);
  source.send(fixRecord('driver-1', 'b1', [judgedFix(10), judgedFix(11), judgedFix(14)], { lowest: 10 }));
  await source.flush();
  await vi.waitFor(() => {
    expect(published).toContainEqual({ type: 'durable', driverId: 'driver-1', boot: 'b1', durable: 11 });
  }, SOON);
  expect(await durableOf('driver-1', 'b1')).toEqual({ durable: 11, ranges: [[14, 14]] });
  source.send(fixRecord('driver-1', 'b1', [judgedFix(12), judgedFix(13)], { lowest: 12 }));
  await source.flush();
  await vi.waitFor(() => {
    expect(published).toContainEqual({ type: 'durable', driverId: 'driver-1', boot: 'b1', durable: 14 });
  }, SOON);
  // A boot that the driver's list no longer holds is stored, and not reported to a gateway.
  source.send(fixRecord('driver-1', 'b0', [judgedFix(0)]));
  await source.flush();
  await vi.waitFor(async () => expect(await tracksOf('driver-1')).toHaveLength(2), SOON);
  await vi.waitFor(async () => expect((await streamBacklog(harness)).pending).toBe(0), SOON);
  expect(await durableOf('driver-1', 'b0')).toBeNull();
  subscriber.disconnect();
});

it('HIST-4: on SIGTERM a worker writes and acknowledges what it has read and holds, and ends with exit code 0', async () => {
  await harness.cluster.kill('workers-1', 'SIGTERM');
  const worker = startWorker({
    ...harness.env,
    RIDELINE_PROCESS: 'workers-holding',
    RIDELINE_ROLES: 'history',
    RIDELINE_INNER_PORT: '0',
    // Without SIGTERM the fixes would be held for longer than this test lasts.
    RIDELINE_HISTORY_BLOCK_MS: '30000',
  });
  const stored = async () => (await storedFixes(harness.db)).filter((key) => key.startsWith('held:'));
  try {
    const source = new FixSource(harness);
    for (let seq = 0; seq < 30; seq += 1) source.send(fixRecord('held', 'b1', [judgedFix(seq)]));
    await source.flush();
    await vi.waitFor(async () => {
      const { pending, lag } = await streamBacklog(harness);
      expect([pending > 0, lag]).toEqual([true, 0]);
    }, SOON);
    expect(await stored()).toEqual([]);
    expect(await worker.end('SIGTERM')).toBe(0);
    expect((await streamBacklog(harness)).pending).toBe(0);
    expect(await stored()).toHaveLength(30);
    expect(await durableOf('held', 'b1')).toEqual({ durable: 29, ranges: [] });
  } finally {
    await worker.end('SIGKILL');
    await harness.cluster.start('workers-1');
  }
});

it('HIST-4: a write in progress at SIGTERM is finished and acknowledged', async () => {
  const source = new FixSource(harness);
  const fixes = Array.from({ length: 64 }, (_, seq) => judgedFix(seq));
  let drivers = 0;
  for (let round = 0; round < 6; round += 1) {
    const before = await harness.db.collection(trackCollection).estimatedDocumentCount();
    const started = drivers;
    let stored = 0;
    // A full block is written at once, so a write is always in progress; bounded, so that a slow machine can write what is held in time.
    const feeding = setInterval(() => {
      if (drivers - started - stored < MOST_HELD) source.send(fixRecord(`busy-${drivers++}`, 'b1', fixes));
    }, 3);
    await vi.waitFor(async () => {
      stored = (await harness.db.collection(trackCollection).estimatedDocumentCount()) - before;
      expect(stored).toBeGreaterThan(20);
    }, SOON);
    await harness.cluster.kill('workers-1', 'SIGTERM');
    clearInterval(feeding);
    await source.flush();
    expect((await streamBacklog(harness)).pending).toBe(0);
    await harness.cluster.start('workers-1');
  }
  await vi.waitFor(
    async () => expect(await streamBacklog(harness)).toEqual({ length: 0, pending: 0, lag: 0 }),
    SOON,
  );
  const stored = new Set(await storedFixes(harness.db));
  expect([...source.appended].filter((key) => !stored.has(key))).toEqual([]);
});

it('HIST-13: a status change alone is acknowledged and stores nothing', async () => {
  const source = new FixSource(harness);
  source.send(fixRecord('status-only', 'b1' as BootId, [], { status: 'offline' }));
  await source.flush();
  await vi.waitFor(
    async () => expect(await streamBacklog(harness)).toEqual({ length: 0, pending: 0, lag: 0 }),
    SOON,
  );
  expect(await tracksOf('status-only')).toEqual([]);
});
