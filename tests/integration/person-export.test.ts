import { randomUUID } from 'node:crypto';
import type { UserId } from '@rideline/contract';
import { deviceCollection } from '@rideline/fleet/notifications/device-collection';
import { notificationCollection } from '@rideline/fleet/notifications/notification-collection';
import { exportCursorOf, exportPerson } from '@rideline/fleet/privacy/export-person';
import { auditCollection } from '@rideline/fleet/store/audit-collection';
import { trackCollection } from '@rideline/fleet/tracks/track-collection';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import { startTcpProxy } from '@rideline/infra/proxy/tcp-proxy';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AdminHarness, problemOf, startAdminHarness } from '../harness/cluster/admin-harness.ts';
import { REGION } from '../harness/test-process.ts';

/** More than one read of each: 200 documents a read, 50 of tracks and trips. */
const COUNTS = { devices: 3, notifications: 450, trips: 120, tracks: 130 };
const reason = 'GDPR 15';
const at = new Date();
const expireAt = new Date(at.getTime() + 86_400_000);

let harness: AdminHarness;
let userId: UserId;
beforeAll(async () => {
  harness = await startAdminHarness({ gateways: 0, workers: 0 });
  userId = (await harness.storeDriver(at)) as UserId;
  await fill(userId);
  // Ids that sort next to the person's.
  await fill(`${userId}0` as UserId, 1);
});
afterAll(() => harness.stop());

/** Stores documents of a person, without those fields that an export does not read. */
async function fill(person: UserId, most = Number.POSITIVE_INFINITY): Promise<void> {
  const many = (count: number, one: (n: number) => object) =>
    Array.from({ length: Math.min(count, most) }, (_, n) => ({ v: 1, region: REGION, ...one(n) })) as never[];
  const { db } = harness;
  const owned = { userId: person, role: 'driver' };
  await db.collection(deviceCollection).insertMany(
    many(COUNTS.devices, (n) => ({
      _id: `driver:${person}:${n}`,
      ...owned,
      deviceId: `${n}`,
      updatedAt: at,
    })),
  );
  await db.collection(notificationCollection).insertMany(
    many(COUNTS.notifications, () => ({
      _id: randomUUID(),
      ...owned,
      title: 'x',
      createdAt: at,
      expireAt,
    })),
  );
  await db.collection(tripCollection).insertMany(
    many(COUNTS.trips, () => ({
      _id: randomUUID(),
      driverId: person,
      riderId: 'rider',
      open: false,
      state: { name: 'cancelled', by: 'rider', reason: null, cancelledAt: at.getTime() },
      events: [],
    })),
  );
  const fixes = Object.fromEntries(
    Array.from({ length: 64 }, (_, seq) => [
      seq,
      [at.getTime() + seq, 1, 2, null, null, null, 0, at.getTime(), 0],
    ]),
  );
  await db.collection(trackCollection).insertMany(
    many(COUNTS.tracks, (block) => ({
      _id: `${person}:boot:${block}`,
      driverId: person,
      boot: 'boot',
      block,
      lowest: 0,
      expireAt,
      f: fixes,
    })),
  );
}

interface Line {
  readonly what: string;
  readonly after?: string;
  readonly lines?: number;
  readonly partsDone?: number;
  readonly parts?: number;
}
const linesOf = (text: string) => text.split('\n').slice(0, -1);
const parsed = (text: string) => linesOf(text).map((line) => JSON.parse(line) as Line);
const ask = (body: object, person: string = userId) =>
  harness.call('POST', `/v1/admin/people/${person}/export`, { body: { reason, ...body } });
const read = async (body: object = {}) => {
  const answer = await ask(body);
  expect(answer.status).toBe(200);
  return answer.text();
};

/** The text up to the last complete cursor line, and that cursor. */
function untilCursor(text: string): { kept: string; after: string | undefined } {
  const lines = linesOf(text);
  const last = lines.findLastIndex((line) => (JSON.parse(line) as Line).what === 'cursor');
  const kept = lines.slice(0, last + 1).map((line) => `${line}\n`);
  return { kept: kept.join(''), after: last < 0 ? undefined : (JSON.parse(lines[last] ?? '') as Line).after };
}

/** Requests an export through a proxy that breaks the connection after so many bytes. @returns what arrived */
async function readCut(bytes: number, body: object): Promise<{ text: string; whole: boolean }> {
  const { hostname, port } = new URL(harness.apiUrl);
  let left = bytes;
  const proxy = await startTcpProxy(
    { host: hostname, port: Number(port) },
    ({ client, target, breakConnection }) => {
      client.on('data', (chunk) => target.write(chunk));
      target.on('data', (chunk: Buffer) => {
        const passed = chunk.subarray(0, left);
        left -= passed.length;
        client.write(passed, () => {
          if (left === 0) breakConnection();
        });
      });
    },
  );
  let text = '';
  try {
    const answer = await fetch(`http://127.0.0.1:${proxy.port}/v1/admin/people/${userId}/export`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await harness.token('admin', 'ada')}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({ reason, ...body }),
    });
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) text += decoder.decode(chunk, { stream: true });
    return { text, whole: true };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { text, whole: false };
  } finally {
    await proxy.close();
  }
}

it('ADM-86: an export tells after each batch how far it is, and continues after any of its cursors, byte for byte', async () => {
  const whole = await read();
  const lines = parsed(whole);
  expect(lines.at(-1)).toEqual({ what: 'end', lines: lines.length - 1 });
  const count = (what: string) => lines.filter((line) => line.what === what).length;
  expect([count('device'), count('notification'), count('trip'), count('track')]).toEqual(
    Object.values(COUNTS),
  );
  const cursors = lines.flatMap((line, index) => (line.what === 'cursor' ? [{ ...line, index }] : []));
  // Account, device, 3 of notifications, 3 of trips, 3 of tracks, audit.
  expect(cursors).toHaveLength(12);
  for (const { lines: before, index } of cursors) expect(before).toBe(index);
  const done = cursors.map(({ partsDone = 0, parts = 0 }) => partsDone / parts);
  expect(done).toEqual([...done].sort((one, other) => one - other));
  for (const { after, index } of cursors) {
    const kept = linesOf(whole).slice(0, index + 1);
    expect(`${kept.join('\n')}\n${await read({ after })}`).toBe(whole);
  }
});

it('ADM-86: an export whose connection is cut again and again continues where it ended: together one uninterrupted export', async () => {
  const cut = await readCut(60_000, {});
  expect(cut.whole).toBe(false);
  let { kept, after } = untilCursor(cut.text);
  const first = parsed(kept).find(({ what }) => what === 'cursor')?.after;
  let cuts = 1;
  for (; ; cuts += 1) {
    const next = await readCut(400_000, { after });
    if (next.whole) {
      kept += next.text;
      break;
    }
    const end = untilCursor(next.text);
    expect(end.after).toBeDefined();
    kept += end.kept;
    after = end.after;
  }
  expect(cuts).toBeGreaterThan(1);
  const lines = parsed(kept);
  expect(lines.at(-1)).toEqual({ what: 'end', lines: lines.length - 1 });
  const start = linesOf(kept).findIndex((line) => (JSON.parse(line) as Line).after === first);
  const head = linesOf(kept).slice(0, start + 1);
  expect(`${head.join('\n')}\n${await read({ after: first })}`).toBe(kept);
  // Each request, the continuations too, is in the audit log.
  const target = { target: `user:${userId}`, action: 'person.export' };
  const recorded = await harness.db.collection(auditCollection).find(target).toArray();
  expect(recorded.filter(({ data }) => 'continuedAfterLines' in data).length).toBeGreaterThanOrEqual(cuts);
});

it('ADM-86: an export continues after each read that MongoDB did not answer', async () => {
  const collect = async (from: Parameters<typeof exportPerson>[2], answers: number) => {
    let left = answers;
    const within = async <T>(work: () => Promise<T>): Promise<T> => {
      if (left === 0) throw new Error('the primary stepped down');
      left -= 1;
      return await work();
    };
    const { db, state } = harness;
    const parts = {
      db,
      state,
      region: REGION,
      within,
      withinState: within,
      onUnpresentable: () => undefined,
    };
    let text = '';
    try {
      for await (const line of exportPerson(parts, userId, from)) text += `${JSON.stringify(line)}\n`;
      return { text, whole: true };
    } catch {
      return { text, whole: false };
    }
  };
  const started = new Date();
  const { text: expected } = await collect(started, Number.POSITIVE_INFINITY);
  for (let answers = 3; ; answers += 1) {
    const broken = await collect(started, answers);
    if (broken.whole) {
      expect(answers).toBeGreaterThan(15);
      break;
    }
    const { kept, after = '' } = untilCursor(broken.text);
    const cursor = exportCursorOf(REGION, userId, after);
    if (cursor === null) throw new Error(`no cursor after ${answers} reads`);
    const rest = await collect(cursor, Number.POSITIVE_INFINITY);
    expect(kept + rest.text).toBe(expected);
  }
});

it("ADM-86: another person's cursor, or none at all, is refused with VALIDATION and not recorded", async () => {
  const after = parsed(await read()).find(({ what }) => what === 'cursor')?.after ?? '';
  const other = await harness.storeRider(at);
  for (const [text, person] of [
    [after, other],
    ['x', userId],
    [Buffer.from('[1,2,3,4,5]').toString('base64url'), userId],
    ['x'.repeat(1025), userId],
  ] as const) {
    const problem = await problemOf(await ask({ after: text }, person));
    expect([problem.code, problem.issues?.[0]?.path]).toEqual(['VALIDATION', 'body.after']);
  }
  expect(await harness.db.collection(auditCollection).countDocuments({ target: `user:${other}` })).toBe(0);
});
