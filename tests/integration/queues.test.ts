import { CodedError } from '@rideline/contract';
import { openDeadJobs } from '@rideline/platform/queues/dead-jobs';
import type { QueueSettings } from '@rideline/platform/queues/queue-table';
import {
  openQueue,
  openQueueWorker,
  PoisonJob,
  type QueueJob,
  type QueueOptions,
} from '@rideline/platform/queues/queues';
import { afterEach, expect, it, vi } from 'vitest';
import { startRedisCluster } from '../harness/servers/redis-cluster.ts';
import { startRedis } from '../harness/servers/redis-server.ts';
import { REGION, testLogger, testMetrics } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 20 };
const SETTINGS: QueueSettings = {
  jobs: ['notify'],
  attempts: 3,
  backoffMs: 20,
  keepDoneSeconds: 3600,
  keepDone: 100,
  keepDead: 100,
  lockMs: 15_000,
  stalledCheckMs: 10_000,
  help: '',
};

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function optionsFor(url: string): QueueOptions<'notification'> {
  return {
    url,
    region: REGION,
    name: 'notification',
    owner: 'test',
    metrics: testMetrics,
    log: testLogger,
    settings: SETTINGS,
  };
}

function open(url: string, process: (job: QueueJob) => Promise<void>) {
  const queue = openQueue(optionsFor(url));
  const dead = openDeadJobs(optionsFor(url));
  const worker = openQueueWorker({ ...optionsFor(url), concurrency: 4, process });
  closers.push(
    () => dead.close(),
    () => queue.close(),
    () => worker.close(),
  );
  /** The first command may run before the connection is open: adding is retried. */
  const add = (jobId: string, data: object = {}, delayMs?: number) =>
    vi.waitFor(() => queue.add('notify', data, { jobId, ...(delayMs ? { delayMs } : {}) }), SOON);
  return { queue, dead, worker, add };
}

async function servers(kind: 'one server' | 'a Redis Cluster'): Promise<string> {
  const server = kind === 'one server' ? await startRedis() : await startRedisCluster();
  closers.push(() => server.stop());
  return server.url;
}

it.each(['one server', 'a Redis Cluster'] as const)(
  'DEAD-7: on %s a job id runs once, a failing job as often as its queue allows, and a dead job is retried with all its attempts',
  async (kind) => {
    const runs = new Map<string, number>();
    let heals = false;
    const { add, dead } = open(await servers(kind), async ({ id }) => {
      runs.set(id, (runs.get(id) ?? 0) + 1);
      if (id === 'poison_1') throw new PoisonJob('no sense in it');
      if (id === 'sick_1' && !heals) throw new Error('not today');
    });
    await add('well_1', { v: 1 });
    await add('late_1', {}, 300);
    await add('poison_1');
    await add('sick_1');
    await vi.waitFor(async () => {
      expect(Object.fromEntries(runs)).toEqual({ well_1: 1, late_1: 1, poison_1: 1, sick_1: 3 });
      expect(await dead.count()).toBe(2);
    }, SOON);
    const letters = await dead.list(10, null);
    expect(Object.fromEntries(letters.map(({ id, cause, attempts }) => [id, [cause, attempts]]))).toEqual({
      poison_1: ['poison', 1],
      sick_1: ['attempts', 3],
    });
    const [first, second] = letters;
    expect(await dead.list(10, { at: first?.at ?? 0, id: first?.id ?? '' })).toEqual([second]);

    await add('well_1');
    // Adding a dead job again silently does nothing: that is why it is retried instead.
    await add('sick_1');
    expect(await dead.find('sick_1')).toMatchObject({ cause: 'attempts' });
    heals = true;
    expect(await dead.retry('sick_1')).toBe(true);
    expect(await dead.retry('sick_1')).toBe(false);
    expect(await dead.retry('never_was')).toBe(false);
    await vi.waitFor(() => expect(runs.get('sick_1')).toBe(4), SOON);
    expect(await dead.count()).toBe(1);
    expect(runs.get('well_1')).toBe(1);
  },
);

it('DEAD-7: while Redis is away adding a job is refused, and workers wait and continue', async () => {
  const redis = await startRedis({ args: ['--appendonly', 'yes'] });
  closers.push(() => redis.stop());
  const done: string[] = [];
  const { queue, add } = open(redis.url, async ({ id }) => {
    done.push(id);
  });
  await add('before_1');
  await vi.waitFor(() => expect(done).toEqual(['before_1']), SOON);
  await redis.kill();
  const refused = await queue.add('notify', {}, { jobId: 'refused_1' }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(CodedError);
  expect(refused).toMatchObject({ code: 'UNAVAILABLE' });
  await redis.start();
  await add('after_1');
  await vi.waitFor(() => expect(done).toEqual(['before_1', 'after_1']), SOON);
});

it('DEAD-7: an id that BullMQ would take for one of its own is refused', async () => {
  const { queue } = open(await servers('one server'), async () => undefined);
  for (const jobId of ['17', 'a:b', '', 'ü'])
    await expect(queue.add('notify', {}, { jobId })).rejects.toThrow(TypeError);
});
