import { randomUUID } from 'node:crypto';
import type { TripEvent } from '@rideline/contract';
import { trimStream } from '@rideline/fleet/fixes/stream-trim';
import { releaseLease, takeLease } from '@rideline/fleet/redis/lease';
import { type DriverTime, overlapsOf } from '@rideline/load/simulation/checks/trip-check';
import { illegalSteps } from '@rideline/load/simulation/checks/trip-steps';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RedisServer, startRedis } from '../harness/servers/redis-server.ts';
import { brokenOrder, conservation, type Delivery, setFull, WHOLE } from './checkers.ts';

/**
 * T0 of docs/design/reliability.md, "Test programme": small pipelines on a real Redis, each once correct and once with a bug that
 * real systems had.
 */
const ITEMS = 300;
const GROUP = 'history';
const STREAM = 'main:{s0}:g1:fixes';

let server: RedisServer;
let redis: Redis;
const sent = new Set(Array.from({ length: ITEMS }, (_, index) => `fix-${index}`));

beforeAll(async () => {
  server = await startRedis();
  redis = server.client;
});
afterAll(() => server.stop());
beforeEach(() => redis.flushall());

type Entry = [id: string, fields: string[]];

async function read(consumer: string, from: string, count: number): Promise<Entry[]> {
  const reply = (await redis.xreadgroup('GROUP', GROUP, consumer, 'COUNT', count, 'STREAMS', STREAM, from)) as
    | [string, Entry[]][]
    | null;
  return reply?.[0]?.[1] ?? [];
}

interface Bugs {
  readonly ackBeforeWrite?: boolean;
  /** Every delivery is stored under its own key. */
  readonly noDedupe?: boolean;
}

/** A worker that dies in the middle of its first batch and then restarts and finishes. @returns what is stored */
async function workTwice(bugs: Bugs): Promise<string[]> {
  const key = (item: string) => (bugs.noDedupe ? `${item}#${randomUUID()}` : item);
  const store = (item: string) => redis.hset('store', key(item), item);
  const lives = [{ dies: true }, { dies: false }];
  for (const { dies } of lives) {
    for (const from of ['0', '>']) {
      const batch = await read('worker-1', from, ITEMS);
      if (bugs.ackBeforeWrite) for (const [id] of batch) await redis.xack(STREAM, GROUP, id);
      const half = dies ? batch.slice(0, batch.length / 2) : batch;
      for (const [, fields] of half) await store(fields[1] as string);
      if (dies) continue;
      for (const [id] of batch) await redis.xack(STREAM, GROUP, id);
    }
  }
  return redis.hvals('store');
}

async function append(maxLength?: number): Promise<void> {
  await redis.xgroup('CREATE', STREAM, GROUP, '0', 'MKSTREAM');
  for (const item of sent) {
    if (maxLength === undefined) await redis.xadd(STREAM, '*', 'e', item);
    else await redis.xadd(STREAM, 'MAXLEN', maxLength, '*', 'e', item);
  }
}

describe('set-full', () => {
  it('OPS-68: a worker that is killed and restarted reports no fault', async () => {
    await append();
    expect(setFull(sent, sent, await workTwice({}))).toEqual(WHOLE);
  });

  it('OPS-68: acknowledging before the write is reported as lost fixes', async () => {
    await append();
    expect(setFull(sent, sent, await workTwice({ ackBeforeWrite: true })).lost).toHaveLength(ITEMS / 2);
  });

  it('OPS-68: storing without an own key is reported as duplicate fixes', async () => {
    await append();
    expect(setFull(sent, sent, await workTwice({ noDedupe: true })).twice).toHaveLength(ITEMS / 2);
  });

  it('OPS-68: a stream cut by MAXLEN while the worker was away is reported as lost fixes; trimming behind its group is not', async () => {
    await append(100);
    expect(setFull(sent, sent, await workTwice({})).lost).toHaveLength(ITEMS - 100);
    await redis.flushall();
    await append();
    await trimStream(redis, STREAM);
    expect(setFull(sent, sent, await workTwice({}))).toEqual(WHOLE);
  });

  it('OPS-68: a resend after a cut response is reported as a duplicate without a key, and not with a key', async () => {
    for (const noDedupe of [false, true]) {
      await redis.flushall();
      await append();
      await redis.xadd(STREAM, '*', 'e', 'fix-7');
      const batch = await read('worker-1', '>', ITEMS * 2);
      for (const [, fields] of batch) {
        const item = fields[1] as string;
        await redis.hset('store', noDedupe ? randomUUID() : item, item);
      }
      expect(setFull(sent, sent, await redis.hvals('store')).twice).toEqual(noDedupe ? ['fix-7'] : []);
    }
  });

  it('OPS-68: a fix that was never sent is reported', () => {
    expect(setFull(sent, [], ['fix-1', 'made-up']).unexpected).toEqual(['made-up']);
  });
});

/** Two dispatchers: the first takes the lease, is paused past its end, and continues as if it still held it. */
async function dispatchTwice(isFenced: boolean): Promise<DriverTime[]> {
  const times: DriverTime[] = [];
  const assign = async (worker: string, fence: number, at: number) => {
    const newest = Number((await redis.get('fence')) ?? 0);
    if (isFenced && fence < newest) return;
    await redis.set('fence', fence);
    times.push({
      driverId: 'driver-1',
      tripId: `trip-of-${worker}`,
      from: at,
      until: Number.POSITIVE_INFINITY,
    });
  };
  const first = (await takeLease(redis, 'lease', 'a', 50)) ?? 0;
  await redis.hset('lease', 'until', 0);
  const second = (await takeLease(redis, 'lease', 'b', 50)) ?? 0;
  await assign('b', second, 1);
  await assign('a', first, 2);
  await releaseLease(redis, 'lease', 'b', second);
  return times;
}

it('OPS-68: a lease without a fence that puts a driver on two trips is reported; with the fence it is not', async () => {
  expect(overlapsOf(await dispatchTwice(false))).toHaveLength(1);
  await redis.flushall();
  expect(overlapsOf(await dispatchTwice(true))).toEqual([]);
});

it('OPS-68: one trip after the other is no overlap', () => {
  const time = (tripId: string, from: number, until = Number.POSITIVE_INFINITY) => ({
    driverId: 'd',
    tripId,
    from,
    until,
  });
  expect(overlapsOf([time('b', 5), time('a', 1, 5)])).toEqual([]);
  expect(overlapsOf([time('b', 4), time('a', 1, 5)])).toEqual(['d: a and b']);
  // The third one overlaps with the first, which outlasts the second.
  expect(overlapsOf([time('a', 1, 9), time('b', 2, 3), time('c', 4)])).toEqual(['d: a and b', 'd: a and c']);
  expect(overlapsOf([time('a', 1, 6), time('b', 5)], 1)).toEqual([]);
});

/** A follower that reads the log of a trip and joins its channel while events continue. */
async function follow(order: 'join-then-read' | 'read-then-join'): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  const live: number[] = [];
  const subscriber = redis.duplicate();
  subscriber.on('message', (_channel: string, text: string) => live.push(Number(text)));
  let version = 0;
  const happen = async () => {
    version += 1;
    await redis.multi().rpush('events', version).publish('trip', String(version)).exec();
  };
  const join = () => subscriber.subscribe('trip');
  const readLog = async () =>
    deliveries.push(...(await redis.lrange('events', 0, -1)).map((item) => ({ number: Number(item) })));
  await happen();
  const steps = order === 'join-then-read' ? [join, readLog] : [readLog, join];
  for (const step of steps) {
    await step();
    await happen();
  }
  await happen();
  while (live.at(-1) !== version) await new Promise((resolve) => setImmediate(resolve));
  const last = deliveries.findLast((item) => 'number' in item);
  deliveries.push(
    ...live.filter((number) => last === undefined || number > last.number).map((number) => ({ number })),
  );
  subscriber.disconnect();
  return deliveries;
}

it('OPS-68: reading before joining misses the event in between and is reported; joining before reading is not', async () => {
  expect(brokenOrder(await follow('read-then-join'))).toEqual(['nothing between 1 and 3']);
  await redis.flushall();
  expect(brokenOrder(await follow('join-then-read'))).toEqual([]);
});

it('OPS-68: a cache emptied by DEL and refilled with an older read is reported as a step back; with versions it is not', async () => {
  const readerSees = async (isVersioned: boolean): Promise<Delivery[]> => {
    await redis.flushall();
    const fill = async (version: number) => {
      if (isVersioned && Number((await redis.get('cache')) ?? 0) >= version) return;
      await redis.set('cache', version);
    };
    const readBefore = 1;
    await fill(1);
    const seen: Delivery[] = [{ number: Number(await redis.get('cache')) }];
    if (isVersioned) await fill(2);
    else await redis.del('cache');
    seen.push({ number: Number((await redis.get('cache')) ?? 2) });
    await fill(readBefore);
    const now = Number(await redis.get('cache'));
    if (now !== 2) seen.push({ number: now });
    return seen;
  };
  expect(brokenOrder(await readerSees(false))).toEqual(['1 after 2']);
  expect(brokenOrder(await readerSees(true))).toEqual([]);
});

it('OPS-68: a reset marks where the numbers start again; a repeat without a reset is reported', () => {
  expect(brokenOrder([{ number: 3 }, { reset: 8 }, { number: 9 }])).toEqual([]);
  expect(brokenOrder([{ number: 3 }, { number: 3 }])).toEqual(['3 after 3']);
});

it('OPS-68: a reconciler that only adds a failed job again is reported; one that retries it is not', async () => {
  const accepted = new Set(['a', 'b', 'c']);
  const ended = async (retries: boolean): Promise<Set<string>> => {
    await redis.flushall();
    for (const job of accepted) await redis.hsetnx('jobs', job, job === 'b' ? 'failed' : 'done');
    for (const job of accepted) {
      const added = await redis.hsetnx('jobs', job, 'done');
      if (added === 0 && retries && (await redis.hget('jobs', job)) === 'failed')
        await redis.hset('jobs', job, 'done');
    }
    const jobs = await redis.hgetall('jobs');
    return new Set(Object.keys(jobs).filter((job) => jobs[job] === 'done'));
  };
  expect(conservation(accepted, await ended(false))).toEqual({ unfinished: ['b'], unknown: [] });
  expect(conservation(accepted, await ended(true))).toEqual({ unfinished: [], unknown: [] });
  expect(conservation(accepted, new Set(['a', 'b', 'c', 'x'])).unknown).toEqual(['x']);
});

it('OPS-68: a transition outside the table of states and a gap in the versions are reported', () => {
  const event = (version: number, type: string, state: TripEvent['state']) =>
    ({ tripId: 't', version, type, state, at: 1, actor: 'system', data: {} }) as unknown as TripEvent;
  const imported = event(1, 'imported', 'in_progress');
  expect(illegalSteps([imported, event(2, 'completed', 'completed')])).toEqual([]);
  expect(illegalSteps([event(1, 'completed', 'completed')])).toEqual(['completed from null to completed']);
  expect(illegalSteps([imported, event(3, 'completed', 'completed')])).toEqual(['version 3 in place 2']);
});
