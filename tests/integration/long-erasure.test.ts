import { randomUUID } from 'node:crypto';
import type { DriverId, UserId } from '@rideline/contract';
import { erasureCollection } from '@rideline/fleet/privacy/erasure-collection';
import { findErasure, requestErasure } from '@rideline/fleet/privacy/erasure-requests';
import { runErasure } from '@rideline/fleet/privacy/run-erasure';
import { fixDeadLetters, lease } from '@rideline/fleet/redis/redis-keys';
import { rawDeadLetter } from '@rideline/fleet/tracks/dead-letter';
import { trackCollection } from '@rideline/fleet/tracks/track-collection';
import { startLeaderLoop } from '@rideline/workers/leader-loop';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { emptyTrack, erasurePartsOf } from '../harness/privacy/erasure-parts.ts';
import { REGION, testLogger } from '../harness/test-process.ts';

const SOON = { timeout: 30_000, interval: 20 };
const TRACKS = 2500;
let harness: WorkersHarness;

beforeAll(async () => {
  harness = await startWorkersHarness({ workers: 0 });
});
afterAll(() => harness?.stop());

const partsOf = () => erasurePartsOf(harness);

it('OPS-88: an erasure that is stopped in the middle of a long step keeps its progress and continues, nothing counted twice', async () => {
  const userId = randomUUID() as UserId;
  const tracks = harness.db.collection(trackCollection);
  await tracks.insertMany(Array.from({ length: TRACKS }, (_, block) => emptyTrack(userId, block)));
  const parts = partsOf();
  const id = randomUUID();
  const { erasure } = await requestErasure(parts, { id, userId, now: new Date() });
  const stop = new AbortController();
  const { deleteMany } = tracks;
  const spied = vi.spyOn(tracks, 'deleteMany').mockImplementation(async (...args) => {
    const result = await deleteMany.apply(tracks, args as never);
    stop.abort(new Error('the worker stops'));
    return result;
  });
  await expect(runErasure(parts, erasure, stop.signal)).rejects.toThrow('the worker stops');
  spied.mockRestore();
  const tracksStep = async () =>
    (await findErasure(parts, id))?.steps.find(({ name }) => name === 'mongo:tracks');
  expect(await tracksStep()).toMatchObject({ state: 'waiting', touched: 1000 });
  expect(await tracks.countDocuments({ driverId: String(userId) as DriverId })).toBe(TRACKS - 1000);

  const stored = await harness.db.collection(erasureCollection).findOne({ _id: id });
  if (stored === null) throw new Error('the erasure is stored');
  expect(await runErasure(parts, stored, new AbortController().signal)).toBe('done');
  expect(await tracksStep()).toMatchObject({ state: 'done', touched: TRACKS });
  expect((await findErasure(parts, id))?.proof?.clean).toBe(true);
});

it('ADM-41: an erasure removes dead letters that nobody can read, and waits for entries that nobody can read', async () => {
  const userId = randomUUID() as UserId;
  const { log, streams } = harness;
  const shard = fixDeadLetters(REGION, streams.generation, 0);
  const damaged = (id: string) => Buffer.from(`\u0001\u0000\u0000$${id}$boot`, 'latin1');
  const letterOf = (id: string) =>
    JSON.stringify(rawDeadLetter('record', 'length and count differ', '1-0', damaged(id)));
  await log.xadd(shard, '*', 'l', letterOf(userId));
  await log.xadd(shard, '*', 'l', `not JSON: ${userId}`);
  await log.xadd(shard, '*', 'l', letterOf(randomUUID()));
  const stream = streams.keys[0] ?? '';
  const waiting = await log.xadd(stream, '*', 'b', damaged(userId));
  const parts = partsOf();
  const id = randomUUID();
  const { erasure } = await requestErasure(parts, { id, userId, now: new Date() });
  expect(await runErasure(parts, erasure, new AbortController().signal)).toBe('blocked');
  expect(erasure.blockedBy).toContain('1 fix records');
  await log.xdel(stream, waiting ?? '');
  expect(await runErasure(parts, erasure, new AbortController().signal)).toBe('done');
  expect(erasure.steps.find(({ name }) => name === 'log:dead-letters')).toMatchObject({ touched: 2 });
  expect(erasure.proof?.stores).toContainEqual({ store: 'redis:log:dead-letters', searched: 1, found: 0 });
  await log.unlink(shard);
});

it('OPS-87: a round that takes longer than its lease runs in one process at a time, and ends when another one has the lease', async () => {
  let running = 0;
  let most = 0;
  let rounds = 0;
  const loopOf = (member: string) =>
    startLeaderLoop({
      name: 'long',
      region: REGION,
      member,
      state: harness.state,
      leaseMs: 600,
      everyMs: 20,
      logger: testLogger,
      onFailure: () => undefined,
      async round(signal) {
        running += 1;
        most = Math.max(most, running);
        try {
          // Three leases long, or until its signal ends it.
          const end = performance.now() + 1800;
          while (performance.now() < end && !signal.aborted)
            await new Promise((done) => setTimeout(done, 20));
        } finally {
          running -= 1;
          rounds += 1;
        }
        return 'idle';
      },
    });
  const loops = [loopOf('a'), loopOf('b')];
  await vi.waitFor(() => expect(rounds).toBeGreaterThanOrEqual(2), SOON);
  expect(most).toBe(1);
  await Promise.all(loops.map((loop) => loop.stop()));

  const aborted = Promise.withResolvers<unknown>();
  const alone = startLeaderLoop({
    name: 'taken',
    region: REGION,
    member: 'a',
    state: harness.state,
    leaseMs: 600,
    everyMs: 20,
    logger: testLogger,
    onFailure: () => undefined,
    async round(signal) {
      // As after a pause of this process that outlasted the lease.
      await harness.state.hset(
        lease(REGION, 'taken'),
        'holder',
        'b',
        'until',
        Date.now() + 60_000,
        'fence',
        9,
      );
      await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
      aborted.resolve(signal.reason);
      return 'idle';
    },
  });
  expect(String(await aborted.promise)).toContain('another process runs taken');
  await alone.stop();
});
