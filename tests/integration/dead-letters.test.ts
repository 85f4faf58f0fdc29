import { randomUUID } from 'node:crypto';
import type {
  DeadLetterList,
  DeadLetterSources,
  DriverId,
  ReplayedDeadLetter,
  ReplayedDeadLetters,
  UserId,
} from '@rideline/contract';
import { EntryWriter } from '@rideline/fleet/fixes/fix-record';
import { notificationCollection } from '@rideline/fleet/notifications/notification-collection';
import { NOTIFICATION_JOB_VERSION } from '@rideline/fleet/notifications/notification-queue';
import { shardOf } from '@rideline/fleet/redis/redis-keys';
import { auditCollection } from '@rideline/fleet/store/audit-collection';
import { deadLetterAndAck, rawDeadLetter } from '@rideline/fleet/tracks/dead-letter';
import { trackCollection } from '@rideline/fleet/tracks/track-collection';
import type { QueueProducer } from '@rideline/platform/queues/queues';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { callApi } from '../harness/clients/api-request.ts';
import { tokensOf } from '../harness/clients/tokens.ts';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { fixKey, fixRecord, judgedFix } from '../harness/fixes/fix-builders.ts';
import { storedFixes, streamBacklog } from '../harness/fixes/stored-fixes.ts';
import { openTestQueue } from '../harness/notifications/test-queue.ts';
import { REGION, SHARDS } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 100 };
const ENTRIES = 10_000;
/** One in a hundred is poison; two of them have the maximum size that a client can send. */
const POISON_EVERY = 100;
const HUGE_BYTES = 10 * 1024 * 1024;
const PIPELINE = 500;
const DELIVERIES = 5;

let harness: WorkersHarness;
let queue: QueueProducer<'notification'>;
let operator: string;

beforeAll(async () => {
  harness = await startWorkersHarness({ apis: 1, env: { RIDELINE_ROLES: 'history,notifications' } });
  queue = openTestQueue(harness);
  operator = await (await tokensOf(harness.env))('operator', 'night');
});
afterAll(async () => {
  await queue?.close();
  await harness?.stop();
});

const get = <Body>(path: string) => callApi<Body>(harness, operator, 'GET', `/v1/dead-letters${path}`);
const post = <Body>(path: string, body: object) =>
  callApi<Body>(harness, operator, 'POST', `/v1/dead-letters${path}`, body);
const shardNameOf = (driver: string) => `fixes-${shardOf(driver as DriverId, SHARDS)}`;
const streamOf = (driver: string) => harness.streams.keys[shardOf(driver as DriverId, SHARDS)] as string;

function packed(driver: string, seqs: readonly number[]): Buffer {
  const writer = new EntryWriter();
  for (const seq of seqs) writer.append(fixRecord(driver, 'b1', [judgedFix(seq)]));
  return writer.take();
}

/** An entry of two records, the second one damaged. */
function halfDamaged(driver: string, seq: number): Buffer {
  const good = packed(driver, [seq]);
  const entry = packed(driver, [seq, seq + 1_000_000]);
  entry[good.length + 20] = (entry[good.length + 20] ?? 0) ^ 0xff;
  return entry;
}

async function append(entries: readonly (readonly [driver: string, field: string, value: Buffer])[]) {
  for (let at = 0; at < entries.length; at += PIPELINE) {
    await Promise.all(
      entries
        .slice(at, at + PIPELINE)
        .map(([driver, field, value]) => harness.log.xadd(streamOf(driver), '*', field, value)),
    );
  }
}

async function deadLettersOf(source: string): Promise<DeadLetterList['letters']> {
  const deadLetters: DeadLetterList['letters'] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: string = `/${source}?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const answer: { body: DeadLetterList } = await get<DeadLetterList>(page);
    deadLetters.push(...answer.body.letters);
    cursor = answer.body.next;
  }
  return deadLetters;
}

it('DEAD-1: of 10,000 entries with 1 % poison exactly the poisoned ones become dead letters; all others are stored', async () => {
  const planted = { entry: 0, record: 0 };
  const expected: string[] = [];
  const entries: [string, string, Buffer][] = [];
  for (let index = 0; index < ENTRIES; index += 1) {
    const driver = `t7-${index % 160}`;
    const seq = Math.floor(index / 160);
    if (index % POISON_EVERY !== 0) {
      expected.push(fixKey(driver, 'b1', seq));
      entries.push([driver, 'e', packed(driver, [seq])]);
      continue;
    }
    const kind = (index / POISON_EVERY) % 4;
    if (kind === 3) {
      // The intact half of a damaged entry is stored.
      expected.push(fixKey(driver, 'b1', seq));
      entries.push([driver, 'e', halfDamaged(driver, seq)]);
      planted.record += 1;
      continue;
    }
    planted.entry += 1;
    if (kind === 0) entries.push([driver, 'e', Buffer.from('{"lat": NaN, "lng": 37.7749123, oh dear')]);
    else if (kind === 1) entries.push([driver, 'other', packed(driver, [seq])]);
    else entries.push([driver, 'e', Buffer.alloc(index < 1000 ? HUGE_BYTES : 64, 0x7b)]);
  }
  await append(entries);
  await vi.waitFor(async () => {
    expect(await streamBacklog(harness)).toMatchObject({ pending: 0, lag: 0 });
    expect((await storedFixes(harness.db)).length).toBe(expected.length);
  }, SOON);
  expect((await storedFixes(harness.db)).sort()).toEqual(expected.sort());

  const { body } = await get<DeadLetterSources>('');
  const streams = body.sources.filter(({ kind }) => kind === 'stream');
  expect(streams.map(({ source }) => source)).toEqual(['fixes-0', 'fixes-1', 'fixes-2', 'fixes-3']);
  const sum = (cause: string) => streams.reduce((all, { byCause }) => all + (byCause[cause] ?? 0), 0);
  expect({ entry: sum('entry'), record: sum('record') }).toEqual(planted);
  expect(streams.reduce((all, { count }) => all + count, 0)).toBe(ENTRIES / POISON_EVERY);
  expect(await harness.metric('workers-1', 'history_dead_letters_total')).toBe(ENTRIES / POISON_EVERY);
});

it('DEAD-2: the list has cause, reason, time, attempts and ids, in pages, and neither coordinates nor payload', async () => {
  const all = (
    await Promise.all(Array.from({ length: SHARDS }, (_, shard) => deadLettersOf(`fixes-${shard}`)))
  ).flat();
  expect(all).toHaveLength(ENTRIES / POISON_EVERY);
  for (const letter of all) {
    expect(letter).toMatchObject({
      attempts: 1,
      replayable: false,
      entry: expect.stringMatching(/^\d+-\d+$/),
    });
    expect(Date.parse(letter.at)).toBeGreaterThan(0);
    expect(letter.reason).not.toBe('');
  }
  expect(all.filter(({ bytes }) => bytes === HUGE_BYTES)).toHaveLength(2);
  expect(JSON.stringify(all)).not.toMatch(/37\.7|122\.4|oh dear/);
});

it('DEAD-3: a dead letter that cannot be read is refused on replay and stays; a batch continues past it', async () => {
  const [letter] = await deadLettersOf('fixes-0');
  const before = await harness.log.xlen(harness.streams.keys[0] as string);
  const { body } = await post<ReplayedDeadLetter>(`/fixes-0/${letter?.id}/replay`, { reason: 'let us see' });
  expect(body.outcome).toBe('refused');
  const outcomes = { replayed: 0, already: 0, refused: 0 };
  let pages = 0;
  for (let cursor: string | null | undefined; cursor !== null; pages += 1) {
    const batch = { reason: 'let us see', limit: 10, ...(cursor === undefined ? {} : { cursor }) };
    const answer: { body: ReplayedDeadLetters } = await post<ReplayedDeadLetters>('/fixes-0/replay', batch);
    for (const key of ['replayed', 'already', 'refused'] as const) outcomes[key] += answer.body[key];
    cursor = answer.body.next;
  }
  const count = (await deadLettersOf('fixes-0')).length;
  expect(outcomes).toEqual({ replayed: 0, already: 0, refused: count });
  expect(pages).toBe(Math.ceil(count / 10));
  expect(await harness.log.xlen(harness.streams.keys[0] as string)).toBe(before);
});

/** Fixes that crashed their readers: delivered five times to a worker that never acknowledged. */
async function plantDeadly(driver: string, seqs: readonly number[]): Promise<void> {
  await harness.cluster.kill('workers-1');
  const stream = streamOf(driver);
  await append(seqs.map((seq) => [driver, 'e', packed(driver, [seq])] as const));
  await harness.log.xreadgroup('GROUP', 'history', 'workers-1', 'COUNT', 100, 'STREAMS', stream, '>');
  // Some may have gone to the dead worker's own read, which Redis answered before it noticed.
  const pending = (await harness.log.xpending(stream, 'history', '-', '+', 100)) as [string][];
  const ids = pending.map(([id]) => id);
  expect(ids).toHaveLength(seqs.length);
  for (const id of ids)
    await harness.log.call('XCLAIM', stream, 'history', 'workers-1', 0, id, 'RETRYCOUNT', DELIVERIES);
  await harness.cluster.start('workers-1');
}

it('DEAD-4: readable fixes are replayed by id: stored once, however often and by however many operators they are replayed', async () => {
  const driver = 'deadly';
  const source = shardNameOf(driver);
  const unreadable = (await deadLettersOf(source)).length;
  await plantDeadly(driver, [5, 6, 7]);
  const deadLetters = await vi.waitFor(async () => {
    const found = (await deadLettersOf(source)).slice(unreadable);
    expect(found).toHaveLength(3);
    return found;
  }, SOON);
  expect(deadLetters[0]).toMatchObject({
    cause: 'deliveries',
    driverId: driver,
    boot: 'b1',
    seqs: [5],
    attempts: DELIVERIES,
    replayable: true,
  });
  const mine = async () => (await storedFixes(harness.db)).filter((key) => key.startsWith(`${driver}:`));
  expect(await mine()).toEqual([]);

  const id = deadLetters[0]?.id;
  const replay = () =>
    post<ReplayedDeadLetter>(`/${source}/${id}/replay`, { reason: 'the defect is mended' });
  const outcomes = (await Promise.all(Array.from({ length: 5 }, replay))).map(({ body }) => body.outcome);
  expect(outcomes.sort()).toEqual(['already', 'already', 'already', 'already', 'replayed']);
  await vi.waitFor(async () => expect(await mine()).toEqual([fixKey(driver, 'b1', 5)]), SOON);
  expect((await replay()).body.outcome).toBe('already');

  const batch = { reason: 'the rest', cursor: id };
  const { body } = await post<ReplayedDeadLetters>(`/${source}/replay`, batch);
  expect(body).toEqual({ replayed: 2, already: 0, refused: 0, next: null });
  await vi.waitFor(async () => expect(await mine()).toHaveLength(3), SOON);
  expect((await deadLettersOf(source)).length).toBe(unreadable);
  // The replayed fix equals the original.
  const track = await harness.db.collection(trackCollection).findOne({ driverId: driver as never });
  expect(track?.f['5']?.slice(1, 7)).toEqual([37.77, -122.41, 8, 90, 5, 0]);
  const audited = await harness.db
    .collection(auditCollection)
    .find({ action: 'dead_letter.replay' })
    .toArray();
  expect(audited.map(({ target }) => target)).toContain(`dead-letter:${source}:${id}`);
  expect(audited[0]).toMatchObject({
    actor: { role: 'operator', id: 'night' },
    data: { cause: 'deliveries' },
  });
});

it('DEAD-5: of many jobs exactly the poisoned are dead, after one attempt; one of a later version waits', async () => {
  const userId = `user-${randomUUID().slice(0, 8)}` as UserId;
  const ids = Array.from({ length: 300 }, (_, index) => `${randomUUID()}-${index + 1}-rider`);
  const job = (notificationId: string) => ({
    v: 1,
    notificationId,
    region: REGION,
    userId,
    role: 'rider',
    kind: 'trip_started',
    data: {},
    createdAt: Date.now(),
  });
  const poison = new Map<string, object>([
    [ids[7] as string, {}],
    [ids[70] as string, { ...job(ids[70] as string), userId: 'not an id: 37.7749' }],
    [ids[170] as string, job('another-one')],
  ]);
  const later = ids[200] as string;
  await Promise.all(
    ids.map((id) =>
      queue.add('notify', id === later ? { v: NOTIFICATION_JOB_VERSION + 1 } : (poison.get(id) ?? job(id)), {
        jobId: id,
      }),
    ),
  );
  await vi.waitFor(async () => {
    expect(await harness.db.collection(notificationCollection).countDocuments({ userId })).toBe(
      ids.length - 4,
    );
    const { body } = await get<DeadLetterSources>('');
    expect(body.sources).toContainEqual({
      source: 'notification',
      kind: 'queue',
      count: 3,
      byCause: { poison: 3 },
      counted: 3,
    });
  }, SOON);
  const deadLetters = await deadLettersOf('notification');
  expect(deadLetters.map(({ id }) => id).sort()).toEqual([...poison.keys()].sort());
  for (const letter of deadLetters)
    expect(letter).toMatchObject({ attempts: 1, cause: 'poison', job: 'notify' });
  expect(JSON.stringify(deadLetters)).not.toContain('37.7');
  expect(await harness.state.zscore(`${REGION}:{bull}:notification:delayed`, later)).not.toBeNull();
  // A retry makes it a dead letter again: poison stays poison.
  const before = await harness.metric('workers-1', 'queue_jobs_total', { outcome: 'dead' });
  const { body } = await post<ReplayedDeadLetters>('/notification/replay', { reason: 'try' });
  expect(body).toMatchObject({ replayed: 3, refused: 0 });
  await vi.waitFor(async () => {
    expect(await harness.metric('workers-1', 'queue_jobs_total', { outcome: 'dead' })).toBe(before + 3);
  }, SOON);
  expect(await deadLettersOf('notification')).toHaveLength(3);
});

it('DEAD-6: only operators and admins access dead letters; an unknown one is NOT_FOUND', async () => {
  const token = await tokensOf(harness.env);
  for (const role of ['rider', 'driver'] as const) {
    const answer = await callApi(harness, await token(role, 'someone'), 'GET', '/v1/dead-letters');
    expect(answer).toMatchObject({ status: 403, body: { code: 'WRONG_AUDIENCE' } });
  }
  const reason = 'why not';
  expect((await get('/fixes-9')).status).toBe(404);
  expect((await get('/notification?cursor=nonsense')).status).toBe(400);
  expect((await post('/notification/never-was/replay', { reason })).status).toBe(404);
  expect((await post('/fixes-0/1-1/replay', { reason })).status).toBe(404);
  expect((await post('/fixes-0/1-1/replay', {})).status).toBe(400);
  expect((await post('/fixes-0/replay', { reason, limit: 1000 })).status).toBe(400);
});

it('HIST-26: beyond their share of memory the oldest dead letters are removed and counted, the newest stay', async () => {
  const { log } = harness;
  const [stream, deadLetters, group] = [`${REGION}:{bytes}:fixes`, `${REGION}:{bytes}:dead`, 'g'];
  const mostBytes = 1024 * 1024;
  await log.xgroup('CREATE', stream, group, '$', 'MKSTREAM');
  const letters = 300;
  let removed = 0;
  for (let index = 0; index < letters; index += 1) {
    await log.xadd(stream, '*', 'e', 'x');
    const read = (await log.xreadgroup('GROUP', group, 'c', 'COUNT', 1, 'STREAMS', stream, '>')) as [
      string,
      [string, string[]][],
    ][];
    const entry = read[0]?.[1][0]?.[0] ?? '';
    const at = { stream, deadLetters, group, entry, mostBytes };
    // Small ones first: an estimate from the oldest would miss the large ones.
    const letter = rawDeadLetter('entry', `letter ${index}`, entry, Buffer.alloc(index < 100 ? 16 : 20_000));
    const done = await deadLetterAndAck(log, at, [letter]);
    expect(done.moved).toBe(true);
    removed += done.removed;
    expect(await deadLetterAndAck(log, at, [letter])).toEqual({ moved: false, removed: 0 });
  }
  const used = Number(await log.call('MEMORY', 'USAGE', deadLetters, 'SAMPLES', 0));
  // 32 letters of 22 KB between two measurements, each in a node of its own.
  expect(used).toBeLessThan(mostBytes + 32 * 30_000);
  expect(removed).toBeGreaterThan(200);
  expect(await log.xlen(deadLetters)).toBe(letters - removed);
  const [newest] = await log.xrevrange(deadLetters, '+', '-', 'COUNT', 1);
  expect(newest?.[1][1]).toContain(`letter ${letters - 1}`);
  await log.del(stream, deadLetters);
});
