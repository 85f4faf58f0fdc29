import { type RegionSettings, regionListSchema, regionSettingsSchema } from '@rideline/contract';
import { candidateCollection } from '@rideline/fleet/matching/candidate-collection';
import { expiringCollections, PROJECTION, rewriteExpiry } from '@rideline/fleet/privacy/expiry-times';
import { continueRetentionChange, shortenLateDocuments } from '@rideline/fleet/privacy/retention';
import { regionCollection } from '@rideline/fleet/settings/region-collection';
import { trackCollection } from '@rideline/fleet/tracks/track-collection';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type AdminHarness, problemOf, startAdminHarness } from '../harness/cluster/admin-harness.ts';
import { REGION } from '../harness/test-process.ts';

const SOON = { timeout: 60_000, interval: 20 };
const DAY_MS = 86_400_000;
const TRACKS = 10_000;
const CANDIDATES = 700;
const settings = { currency: 'EUR', zone: 'Europe/Lisbon', locale: 'pt-PT', reason: 'a test' };

let harness: AdminHarness;
beforeAll(async () => {
  harness = await startAdminHarness({ gateways: 0, workers: 1, env: { RIDELINE_ROLES: 'sweepers' } });
});
afterAll(() => harness?.stop());
beforeEach(async () => {
  await tracks().deleteMany({});
  await candidates().deleteMany({});
});

const tracks = () => harness.db.collection(trackCollection);
const candidates = () => harness.db.collection(candidateCollection);
const regions = () => harness.db.collection(regionCollection);
const parts = (wallMs: () => number) => ({
  db: harness.db,
  region: REGION,
  defaults: { retentionDays: 30 },
  wallMs,
});
const afterStart = () => Date.now() + 61_000;

async function current(): Promise<RegionSettings> {
  const { regions: list } = await harness.ask('GET', '/v1/admin/regions', regionListSchema);
  return list[0] as RegionSettings;
}

async function setRetention(retentionDays: number): Promise<RegionSettings> {
  const { version } = await current();
  const body = { ...settings, retentionDays, version };
  const answer = await harness.call('PUT', `/v1/admin/regions/${REGION}`, { body });
  return regionSettingsSchema.parse(await answer.json());
}

/** Stores tracks received `ageDays(n)` ago under `retentionDays`; every third is from before `newestAt` existed. */
async function storeTracks(count: number, retentionDays: number, nowMs: number): Promise<void> {
  const stored = Array.from({ length: count }, (_, n) => {
    const received = nowMs - ageDays(n) * DAY_MS;
    const fixes = { [n * 64]: [received, 1, 1, null, null, null, 0, received, 0] };
    return {
      _id: `driver-${String(n).padStart(6, '0')}:boot:${n}`,
      v: 1,
      region: n % 50 === 49 ? 'elsewhere' : REGION,
      driverId: `driver-${n}`,
      boot: 'boot',
      block: n,
      lowest: 0,
      ...(n % 3 === 0 ? {} : { newestAt: new Date(received) }),
      expireAt: new Date(received + retentionDays * DAY_MS),
      f: fixes,
    };
  });
  for (let at = 0; at < count; at += 5000) await tracks().insertMany(stored.slice(at, at + 5000) as never);
}

const ageDays = (n: number) => n % 5;

async function storeCandidates(count: number, retentionDays: number, nowMs: number): Promise<void> {
  const stored = Array.from({ length: count }, (_, n) => ({
    _id: `trip-${n}`,
    v: 1,
    region: REGION,
    d: { d1: { reason: 'offered', at: nowMs, etaSeconds: 1, distanceMetres: 1, rounds: 1 } },
    expireAt: new Date(nowMs + retentionDays * DAY_MS),
  }));
  await candidates().insertMany(stored as never);
}

async function daysKept(nowMs: number): Promise<Map<string, number>> {
  const kept = new Map<string, number>();
  for await (const { _id, region, expireAt } of tracks().find({}, { projection: PROJECTION })) {
    const age = ageDays(Number(_id.slice(7, 13)));
    const key = `${region === REGION ? 'here' : 'elsewhere'} ${(Number(expireAt) - nowMs) / DAY_MS + age}`;
    kept.set(key, (kept.get(key) ?? 0) + 1);
  }
  return kept;
}

it('HIST-23: a shorter retention is applied to stored documents, across kill -9 of its worker and an emptied state Redis', async () => {
  const nowMs = Date.now();
  await storeTracks(TRACKS, 30, nowMs);
  await storeCandidates(CANDIDATES, 30, nowMs);
  const set = await setRetention(10);
  expect(set).toMatchObject({ retentionDays: 10, retentionChange: { state: 'waiting', documents: null } });
  // In force everywhere; the start after 60 s is ADM-15's.
  await regions().updateOne({ _id: REGION }, { $set: { 'retentionChange.startsAt': new Date(nowMs) } });
  await vi.waitFor(async () => {
    const { retentionChange } = await current();
    expect(retentionChange?.state).toBe('running');
    expect(retentionChange?.checked).toBeGreaterThan(0);
  }, SOON);
  await harness.cluster.kill('workers-1');
  await harness.state.flushall();
  const killed = (await current()).retentionChange;
  expect(killed?.state).toBe('running');
  expect(killed?.documents).toBe(TRACKS + CANDIDATES);
  expect((await daysKept(nowMs)).has('here 30')).toBe(true);
  await harness.cluster.start('workers-1');
  await vi.waitFor(async () => expect((await current()).retentionChange?.state).toBe('done'), SOON);
  const change = (await current()).retentionChange;
  expect(change).toMatchObject({ checked: TRACKS + CANDIDATES, skipped: 0 });
  expect(await daysKept(nowMs)).toEqual(
    new Map([
      ['here 10', (TRACKS * 49) / 50],
      ['elsewhere 30', TRACKS / 50],
    ]),
  );
  const kept = await candidates().distinct('expireAt');
  expect(kept).toEqual([new Date(nowMs + 10 * DAY_MS)]);
});

it('HIST-23: a longer retention is applied too, and a fix that is stored meanwhile keeps its own date', async () => {
  const nowMs = Date.now();
  await storeTracks(1200, 10, nowMs);
  await setRetention(90);
  const late = 'driver-001100:boot:1100';
  const newest = new Date(nowMs + 5000);
  expect(await continueRetentionChange(parts(afterStart))).toBe('more');
  await tracks().updateOne(
    { _id: late },
    { $max: { newestAt: newest, expireAt: new Date(Number(newest) + 10 * DAY_MS) } },
  );
  while ((await continueRetentionChange(parts(afterStart))) === 'more');
  expect((await current()).retentionChange).toMatchObject({
    state: 'done',
    checked: 1200,
    retentionDays: 90,
  });
  expect((await tracks().findOne({ _id: late }))?.expireAt).toEqual(new Date(Number(newest) + 90 * DAY_MS));
  await tracks().deleteOne({ _id: late });
  expect([...(await daysKept(nowMs)).keys()].toSorted()).toEqual(['elsewhere 10', 'here 90']);
});

it('HIST-23: a second change while the first is applied starts again, and two processes at once agree', async () => {
  const nowMs = Date.now();
  await storeTracks(1600, 90, nowMs);
  await setRetention(50);
  await continueRetentionChange(parts(afterStart));
  await setRetention(20);
  const both = () =>
    Promise.all([continueRetentionChange(parts(afterStart)), continueRetentionChange(parts(afterStart))]);
  while ((await both()).includes('more'));
  expect((await current()).retentionChange).toMatchObject({
    state: 'done',
    checked: 1600,
    retentionDays: 20,
  });
  expect([...(await daysKept(nowMs)).keys()].toSorted()).toEqual(['elsewhere 90', 'here 20']);
});

it('HIST-24: documents of a writer with the previous retention expire earlier, and a suspended process changes nothing', async () => {
  const nowMs = Date.now();
  const { retentionDays } = await current();
  await storeTracks(600, 90, nowMs);
  const [collection] = expiringCollections(harness.db);
  if (collection === undefined) throw new Error('no collection expires');
  const read = await collection.documents.find({ region: REGION }, { projection: PROJECTION }).toArray();
  while ((await shortenLateDocuments(parts(() => nowMs))) > 0);
  const shortened = [...(await daysKept(nowMs)).keys()].toSorted();
  expect(shortened).toEqual(['elsewhere 90', `here ${retentionDays}`]);
  // It read the documents before, under the previous retention.
  const fewer = read.filter(({ newestAt }) => newestAt !== undefined);
  const suspended = rewriteExpiry({ ...collection, documents: staleReads(collection.documents) }, fewer, {
    retentionMs: 200 * DAY_MS,
    nowMs,
  });
  expect(await suspended).toEqual({ changed: 0, skipped: 0 });
  expect([...(await daysKept(nowMs)).keys()].toSorted()).toEqual(shortened);
});

/** The collection for a process that never reads again: it writes what it had read before it was suspended. */
function staleReads<Documents extends object>(documents: Documents): Documents {
  return new Proxy(documents, {
    get(target, name) {
      if (name === 'find') return () => ({ toArray: async () => [] });
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

it('ADM-75: repeating the change that is in force succeeds; another change against the old version is a conflict', async () => {
  const { version, retentionDays } = await current();
  const put = (body: object) =>
    harness.call('PUT', `/v1/admin/regions/${REGION}`, {
      body: { ...settings, retentionDays, version, ...body },
    });
  const first = regionSettingsSchema.parse(await (await put({ locale: 'fr' })).json());
  const repeated = regionSettingsSchema.parse(await (await put({ locale: 'fr' })).json());
  expect(repeated).toEqual(first);
  expect(await problemOf(await put({ locale: 'de' }))).toMatchObject({
    code: 'CONFLICT',
    version: version + 1,
  });
});
