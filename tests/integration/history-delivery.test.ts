import type { DriverId } from '@rideline/contract';
import { EntryWriter } from '@rideline/fleet/fixes/fix-record';
import { trimStream } from '@rideline/fleet/fixes/stream-trim';
import { driver, shardOf } from '@rideline/fleet/redis/redis-keys';
import { trackCollection } from '@rideline/fleet/tracks/track-collection';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { fixKey, fixRecord, judgedFix } from '../harness/fixes/fix-builders.ts';
import { FixSource } from '../harness/fixes/fix-source.ts';
import { type HistoryInProcess, startHistoryInProcess } from '../harness/fixes/history-in-process.ts';
import { deadLetters, storedFixes, streamBacklog } from '../harness/fixes/stored-fixes.ts';
import { REGION, SHARDS } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 50 };
let harness: WorkersHarness;
let running: HistoryInProcess[] = [];

beforeAll(async () => {
  harness = await startWorkersHarness({ workers: 0 });
});
afterAll(() => harness.stop());
afterEach(async () => {
  const ending = running;
  running = [];
  await Promise.all(ending.map((history) => history.stop()));
  expect(ending.flatMap(({ fatal }) => fatal)).toEqual([]);
  for (const client of [harness.log, harness.state]) await client.flushall();
  await harness.log.hset(
    `${REGION}:{meta}:streams`,
    'shards',
    SHARDS,
    'generation',
    harness.streams.generation,
  );
  await harness.db.collection(trackCollection).deleteMany({});
});

async function start(
  ...args: [consumer: string, more?: Parameters<typeof startHistoryInProcess>[2]]
): Promise<HistoryInProcess> {
  const history = await startHistoryInProcess(harness, ...args);
  running.push(history);
  return history;
}

const streamOf = (driverId: string) => harness.streams.keys[shardOf(driverId as DriverId, SHARDS)] as string;

async function makeGroup(stream: string): Promise<void> {
  await harness.log.xgroup('CREATE', stream, 'history', '0', 'MKSTREAM');
}

/** Delivers everything of a stream to a consumer that never acknowledges. */
async function deliverTo(consumer: string, stream: string): Promise<string[]> {
  const reply = (await harness.log.xreadgroup(
    'GROUP',
    'history',
    consumer,
    'COUNT',
    1000,
    'STREAMS',
    stream,
    '>',
  )) as [string, [string, string[]][]][] | null;
  return (reply?.[0]?.[1] ?? []).map(([id]) => id);
}

async function send(driverId: string, seqs: readonly number[], boot = 'b1'): Promise<string[]> {
  const source = new FixSource(harness);
  for (const seq of seqs) source.send(fixRecord(driverId, boot, [judgedFix(seq)]));
  await source.flush();
  return [...source.appended];
}

async function allStored(keys: readonly string[]): Promise<void> {
  await vi.waitFor(async () => {
    expect((await storedFixes(harness.db)).sort()).toEqual([...keys].sort());
    expect((await streamBacklog(harness)).pending).toBe(0);
  }, SOON);
}

it("HIST-12: entries of a dead consumer are taken over after a silence, a worker's own entries at once", async () => {
  const keys = await send('ghostly', [0, 1, 2]);
  const own = await send('mine', [0, 1]);
  for (const name of ['ghostly', 'mine']) await makeGroup(streamOf(name)).catch(() => undefined);
  await deliverTo('ghost', streamOf('ghostly'));
  if (streamOf('mine') !== streamOf('ghostly')) await deliverTo('worker-a', streamOf('mine'));
  const history = await start('worker-a', { abandonedMs: 300 });
  await allStored([...keys, ...own]);
  expect(await history.value('history_claimed_entries_total')).toBeGreaterThan(0);
  expect(await history.value('history_lost_entries_total')).toBe(0);
});

it('HIST-12: workers divide the shards, and the shards of one that leaves go to the other', async () => {
  const a = await start('worker-a');
  const b = await start('worker-b');
  const holds = async () => {
    const holders = await Promise.all(
      Array.from({ length: SHARDS }, (_, shard) =>
        harness.state.hget(`${REGION}:{lease:history-${shard}}`, 'holder'),
      ),
    );
    return holders.filter((holder) => holder === 'worker-b').length;
  };
  await vi.waitFor(async () => expect(await holds()).toBe(SHARDS / 2), SOON);
  const names = Array.from({ length: 12 }, (_, index) => `shared-${index}`);
  const first = (await Promise.all(names.map((name) => send(name, [0, 1])))).flat();
  await allStored(first);
  await a.stop();
  running = running.filter((history) => history !== a);
  const second = (await Promise.all(names.map((name) => send(name, [2, 3])))).flat();
  await allStored([...first, ...second]);
  expect(await b.value('history_lost_entries_total')).toBe(0);
  expect(await holds()).toBe(SHARDS);
});

it('HIST-8: an entry that was delivered five times becomes a dead letter by (driver, boot, seq) and counts as durable', async () => {
  const [first] = await send('deadly', [7]);
  const stream = streamOf('deadly');
  await makeGroup(stream);
  const [id = ''] = await deliverTo('worker-a', stream);
  await harness.log.call('XCLAIM', stream, 'history', 'worker-a', 0, id, 'RETRYCOUNT', 5);
  const after = await send('deadly', [8]);
  await start('worker-a');
  await allStored(after);
  expect(await deadLetters(harness)).toMatchObject([
    { v: 1, cause: 'deliveries', entry: id, driverId: 'deadly', boot: 'b1', fixes: { 7: expect.any(Array) } },
  ]);
  expect(first).toBe(fixKey('deadly', 'b1', 7));
  const durable = await harness.state.hget(driver(REGION, 'deadly' as DriverId), 'durable:b1');
  expect(JSON.parse(durable ?? '')).toEqual({ durable: -1, ranges: [[7, 8]] });
});

it('HIST-8: a valid entry next to a deadly one is stored and does not become a dead letter', async () => {
  const innocent = await send('innocent', [1]);
  const stream = streamOf('innocent');
  await makeGroup(stream);
  const [id = ''] = await deliverTo('worker-a', stream);
  await harness.log.call('XCLAIM', stream, 'history', 'worker-a', 0, id, 'RETRYCOUNT', 4);
  await start('worker-a');
  await allStored(innocent);
  expect(await deadLetters(harness)).toEqual([]);
});

it('HIST-8: an entry of a later version stays pending and is not trimmed; the entries behind it are stored', async () => {
  const writer = new EntryWriter();
  writer.append(fixRecord('future', 'b1', [judgedFix(0)]));
  const entry = writer.take();
  entry[0] = 2;
  const id = await harness.log.xadd(streamOf('future'), '*', 'e', entry);
  const keys = await send('future', [1, 2]);
  const history = await start('worker-a', { abandonedMs: 200 });
  await vi.waitFor(async () => {
    expect((await storedFixes(harness.db)).sort()).toEqual([...keys].sort());
    expect(await history.value('history_parked_entries')).toBe(1);
  }, SOON);
  // Repeated reads by the same consumer do not make it a dead letter.
  const times = async () => {
    const [pending] = (await harness.log.xpending(streamOf('future'), 'history', '-', '+', 10)) as [
      string,
      string,
      number,
      number,
    ][];
    return pending?.[3] ?? 0;
  };
  await vi.waitFor(async () => expect(await times()).toBeGreaterThan(1), SOON);
  expect(await deadLetters(harness)).toEqual([]);
  const rest = await harness.log.xrange(streamOf('future'), '-', '+');
  expect(rest[0]?.[0]).toBe(id);
});

it('HIST-9: nothing that a group has not acknowledged is trimmed, and a missing group stops the trimming', async () => {
  const stream = streamOf('trimmed');
  await send('trimmed', [0, 1, 2]);
  expect(await trimStream(harness.log, stream)).toMatchObject({ trimmed: null, groups: { history: null } });
  await makeGroup(stream);
  expect(await trimStream(harness.log, stream)).toMatchObject({ trimmed: 0 });
  const ids = await deliverTo('worker-x', stream);
  const length = ids.length;
  expect(await trimStream(harness.log, stream)).toMatchObject({
    trimmed: 0,
    groups: { history: { pending: length, lag: 0 } },
  });
  await send('trimmed', [3]);
  await harness.log.xack(stream, 'history', ids[0] as string);
  expect(await trimStream(harness.log, stream)).toMatchObject({ trimmed: 1, length: length });
  await harness.log.xack(stream, 'history', ...ids);
  expect(await trimStream(harness.log, stream)).toMatchObject({ trimmed: length - 1, length: 1 });
  await deliverTo('worker-x', stream);
  expect(await trimStream(harness.log, stream)).toMatchObject({ trimmed: 0, length: 1 });
});

it('HIST-9: a pending entry that something else removed is counted as LOST, and does not block the rest', async () => {
  const stream = streamOf('robbed');
  const keys = await send('robbed', [0]);
  await makeGroup(stream);
  const [own = ''] = await deliverTo('worker-a', stream);
  const other = await send('robbed', [1]);
  const [theirs = ''] = await deliverTo('ghost', stream);
  await harness.log.xdel(stream, own, theirs);
  const after = await send('robbed', [2]);
  const history = await start('worker-a', { abandonedMs: 200 });
  await allStored(after);
  await vi.waitFor(async () => expect(await history.value('history_lost_entries_total')).toBe(2), SOON);
  expect([keys.length, other.length]).toEqual([1, 1]);
});

it('HIST-11: while Mongo is away the worker holds no more than its cap, reports degraded, and catches up', async () => {
  const history = await start('worker-a', { heldFixes: 300 });
  const before = await send('capped', [0]);
  await allStored(before);
  await harness.cluster.kill('mongo');
  // One fix an entry, so that a read of 64 entries brings 64 fixes.
  const keys = Array.from({ length: 600 }, (_, index) => index + 1);
  const writer = new EntryWriter();
  for (const seq of keys) {
    writer.append(fixRecord('capped', 'b1', [judgedFix(seq)]));
    await harness.log.xadd(streamOf('capped'), '*', 'e', writer.take());
  }
  await vi.waitFor(
    async () => expect(await history.value('history_held_fixes')).toBeGreaterThanOrEqual(300),
    SOON,
  );
  await vi.waitFor(() => {
    expect(history.health.answer().reasons).toContainEqual(expect.objectContaining({ dependency: 'mongo' }));
  }, SOON);
  expect(await history.value('history_held_fixes')).toBeLessThan(300 + 64);
  await harness.cluster.start('mongo');
  await allStored([...before, ...keys.map((seq) => fixKey('capped', 'b1', seq))]);
  expect(history.health.answer().reasons).not.toContainEqual(
    expect.objectContaining({ dependency: 'mongo' }),
  );
  expect(await history.value('history_retries_total')).toBeGreaterThan(0);
});

it('HIST-6: while the state Redis is away nothing is acknowledged; then everything is, and reported as durable', async () => {
  await start('worker-a');
  await allStored(await send('stateless', [0]));
  await harness.cluster.kill('redis-state');
  const keys = await send('stateless', [1, 2]);
  await vi.waitFor(async () => expect(await storedFixes(harness.db)).toHaveLength(3), SOON);
  expect((await streamBacklog(harness)).pending).toBeGreaterThan(0);
  await harness.cluster.start('redis-state');
  await vi.waitFor(async () => expect((await streamBacklog(harness)).pending).toBe(0), SOON);
  const durable = await harness.state.hget(driver(REGION, 'stateless' as DriverId), 'durable:b1');
  expect(JSON.parse(durable ?? '')).toEqual({ durable: 2, ranges: [] });
  expect(keys).toHaveLength(2);
});
