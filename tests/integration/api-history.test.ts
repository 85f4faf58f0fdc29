import {
  type BootId,
  bootIdSchema,
  type DriverId,
  driverIdSchema,
  ledgerSchema,
  problemSchema,
  type Verdict,
} from '@rideline/contract';
import { openDatabase } from '@rideline/fleet/collections';
import type { JudgedFix } from '@rideline/fleet/fixes/fix-record';
import type { Database } from '@rideline/fleet/store/database';
import { BLOCK_SEQS, blockUpsert, storedFix, type TrackBlock } from '@rideline/fleet/tracks/track-block';
import { trackCollection } from '@rideline/fleet/tracks/track-collection';
import { readTrackPage, type TrackPage } from '@rideline/fleet/tracks/track-window';
import { connectMongo, type Mongo } from '@rideline/platform/mongo/mongo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiHarness, startApiHarness } from '../harness/cluster/api-harness.ts';
import { REGION } from '../harness/test-process.ts';

const DAY_MS = 24 * 3_600_000;
const start = Date.UTC(2026, 5, 1);
const iso = (ms: number) => new Date(ms).toISOString();
/** A time that no fix has. */
const LONG_AGO = Date.UTC(2001, 0, 1);
const driver = driverIdSchema.parse('cab-1');

let harness: ApiHarness;
let mongo: Mongo;
let db: Database;

type Stored = { seq: number; t: number; verdict?: Verdict };

function judged({ seq, t, verdict = 'ok' }: Stored): JudgedFix {
  const lat = verdict === 'range' ? null : 37.7 + seq * 1e-5;
  return { seq, t, lat, lng: -122.4, speed: 10, heading: null, accuracy: 5, flags: 0, verdict };
}

/** Writes fixes as the history worker does. */
async function store(driverId: DriverId, boot: BootId, fixes: Stored[]): Promise<void> {
  const blocks = new Map<number, TrackBlock>();
  for (const fix of fixes) {
    const block = Math.floor(fix.seq / BLOCK_SEQS);
    const held = blocks.get(block) ?? { region: REGION, driverId, boot, block, lowest: 0, fixes: new Map() };
    held.fixes.set(fix.seq, storedFix(judged(fix), fix.t + 50));
    blocks.set(block, held);
  }
  for (const block of blocks.values()) {
    const { filter, update, upsert } = blockUpsert(block, DAY_MS * 3650);
    await db.collection(trackCollection).updateOne(filter, update, { upsert });
  }
}

const first = bootIdSchema.parse('boot-1');
const second = bootIdSchema.parse('boot-2');

beforeAll(async () => {
  harness = await startApiHarness();
  mongo = await connectMongo({ uri: harness.cluster.env.MONGODB_URI ?? '', name: 'test', log: harness.log });
  db = openDatabase(mongo);
  // 300 fixes a second apart, then a second start of the app whose offline fixes lie between those of the first one.
  const one = Array.from({ length: 300 }, (_, seq): Stored => ({ seq, t: start + seq * 1000 }));
  for (const [seq, verdict] of [
    [10, 'range'],
    [11, 'implausible'],
  ] as const) {
    one[seq] = { seq, t: start + seq * 1000, verdict };
  }
  await store(driver, first, one.toSpliced(200, 5));
  await store(
    driver,
    second,
    Array.from({ length: 150 }, (_, seq): Stored => ({ seq, t: start + 250_500 + seq * 1000 })),
  );
  await store(driverIdSchema.parse('cab-2'), first, [{ seq: 0, t: start + 1000 }]);
});

afterAll(async () => {
  await mongo.close();
  await harness.stop();
});

const track = (
  query: Record<string, string>,
  role: 'operator' | 'driver' | 'rider' = 'operator',
  subject?: string,
) => harness.get(`/v1/drivers/${driver}/track?${new URLSearchParams(query)}`, role, subject);

const whole = { from: iso(start), to: iso(start + DAY_MS) };

/** `boot seq` of every fix that should be there, in order of time. */
function expected(fromMs: number, toMs: number): string[] {
  const all = [
    ...Array.from({ length: 300 }, (_, seq) => ({ boot: first, seq, t: start + seq * 1000 })),
    ...Array.from({ length: 150 }, (_, seq) => ({ boot: second, seq, t: start + 250_500 + seq * 1000 })),
  ];
  const absent = new Set([10, 11, 200, 201, 202, 203, 204]);
  return all
    .filter(({ boot, seq, t }) => !(boot === first && absent.has(seq)) && t >= fromMs && t < toMs)
    .sort((a, b) => a.t - b.t)
    .map(({ boot, seq }) => `${boot} ${seq}`);
}

const csvRows = (text: string) =>
  text
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(','));
const csvIds = (text: string) => csvRows(text).map(([boot, seq]) => `${boot} ${seq}`);

describe('track', () => {
  it('HIST-22: a read returns every accepted fix of the requested time once, in order of time, over boots that overlap', async () => {
    const response = await track({ ...whole, format: 'csv' });
    expect(response.headers.get('link')).toBeNull();
    expect(csvIds(await response.text())).toEqual(expected(start, start + DAY_MS));
    const [fromMs, toMs] = [start + 255_000, start + 280_000];
    const part = await track({ from: iso(fromMs), to: iso(toMs), format: 'csv' });
    expect(csvIds(await part.text())).toEqual(expected(fromMs, toMs));
  });

  it('HIST-22: pages follow by the Link header and hold every fix once', async () => {
    const seen: string[] = [];
    let pages = 0;
    let next: string | undefined =
      `/v1/drivers/${driver}/track?${new URLSearchParams({ ...whole, format: 'csv', limit: '37' })}`;
    while (next !== undefined) {
      const response = await harness.get(next, 'operator');
      expect(response.status).toBe(200);
      const ids = csvIds(await response.text());
      expect(ids.length).toBeLessThanOrEqual(37);
      seen.push(...ids);
      pages++;
      next = /^<([^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
    }
    expect(seen).toEqual(expected(start, start + DAY_MS));
    expect(pages).toBe(Math.ceil(seen.length / 37));
  });

  it('HIST-27: a page reads the time spans of about the blocks that it returns, not of the whole window', async () => {
    const long = driverIdSchema.parse('cab-spans');
    const [blocks, limit] = [2000, 100];
    const expireAt = new Date(Date.now() + DAY_MS);
    const documents = Array.from({ length: blocks }, (_, block) => {
      const t = start + block * 1000;
      const common = {
        v: 1 as const,
        region: REGION,
        driverId: long,
        boot: first,
        block,
        lowest: 0,
        expireAt,
      };
      const fixes = { [block * BLOCK_SEQS]: storedFix(judged({ seq: 0, t }), t) };
      return { _id: `${long}:${first}:${block}`, ...common, tMin: new Date(t), tMax: new Date(t), f: fixes };
    });
    await db.collection(trackCollection).insertMany(documents);
    let found = 0;
    const window = {
      region: REGION,
      driverId: long,
      fromMs: start,
      toMs: start + DAY_MS,
      refused: false,
      limit,
    };
    const page = (after: TrackPage['next']) =>
      readTrackPage(db, { ...window, after }, async (work) => {
        const answer = await work();
        if (Array.isArray(answer)) found += answer.length;
        return answer;
      });
    const times = async (after: TrackPage['next']) => {
      const { fixes, next } = await page(after);
      return { times: fixes.map(({ t }) => t), next };
    };
    const secondsFrom = (block: number, count: number) =>
      Array.from({ length: count }, (_, index) => start + (block + index) * 1000);
    const one = await times(undefined);
    expect(one.times).toEqual(secondsFrom(0, limit));
    // With one fix a block: 4 × 32 blocks, and spans of 64, 128 and 256.
    expect(found).toBeLessThanOrEqual(128 + 64 + 128 + 256);
    expect((await times(one.next)).times).toEqual(secondsFrom(limit, limit));
    const nearEnd = { t: start + (blocks - 50) * 1000, boot: first, seq: (blocks - 50) * BLOCK_SEQS };
    expect(await times(nearEnd)).toEqual({ times: secondsFrom(blocks - 49, 49), next: undefined });
  });

  it('HIST-22: refused fixes are returned only on request, each with its verdict', async () => {
    const text = await (await track({ ...whole, format: 'csv', refused: 'true' })).text();
    const refused = csvRows(text).filter((cells) => cells[9] !== 'ok');
    expect(refused.map(([boot, seq, , lat, , , , , , verdict]) => [boot, seq, lat, verdict])).toEqual([
      ['boot-1', '10', '', 'range'],
      ['boot-1', '11', '37.70011', 'implausible'],
    ]);
  });

  it('HIST-22: GeoJSON is a collection of points with ISO times', async () => {
    const response = await track({ ...whole, limit: '2' });
    expect(response.headers.get('content-type')).toBe('application/geo+json');
    expect(await response.json()).toEqual({
      type: 'FeatureCollection',
      driverId: 'cab-1',
      features: [0, 1].map((seq) => ({
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [-122.4, 37.7 + seq * 1e-5] },
        properties: {
          boot: 'boot-1',
          seq,
          time: iso(start + seq * 1000),
          speed: 10,
          heading: null,
          accuracy: 5,
          flags: [],
          verdict: 'ok',
        },
      })),
    });
    expect(await (await track({ from: iso(LONG_AGO), to: iso(LONG_AGO + 1) })).json()).toMatchObject({
      features: [],
    });
  });

  it('HIST-22: GPX has a segment per run of one boot, and is well formed', async () => {
    const response = await track({ ...whole, format: 'gpx' });
    expect(response.headers.get('content-type')).toBe('application/gpx+xml');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="track-cab-1.gpx"');
    const text = await response.text();
    expect(text.match(/<trkpt /g)?.length).toBe(expected(start, start + DAY_MS).length);
    expect(text.match(/<trkseg>/g)?.length).toBe(text.match(/<\/trkseg>/g)?.length);
    const open: string[] = [];
    for (const [, close, name, self] of text.matchAll(/<(\/?)([a-z:A-Z]+)[^>]*?(\/?)>/g)) {
      if (self) continue;
      if (close) expect(open.pop()).toBe(name);
      else open.push(name ?? '');
    }
    expect(open).toEqual([]);
    expect(text).toContain(`<time>${iso(start)}</time>`);
    expect(
      await (await track({ from: iso(LONG_AGO), to: iso(LONG_AGO + 1), format: 'gpx' })).text(),
    ).toContain('</trk></gpx>');
  });

  it('HIST-22: the driver and operators read a history; another driver gets NOT_FOUND, a rider is refused', async () => {
    expect((await track(whole, 'driver', 'cab-1')).status).toBe(200);
    const foreign = await track(whole, 'driver', 'cab-2');
    const unknown = await harness.get(
      `/v1/drivers/nobody/track?${new URLSearchParams(whole)}`,
      'driver',
      'cab-2',
    );
    const codes = await Promise.all(
      [foreign, unknown].map(async (one) => problemSchema.parse(await one.json()).code),
    );
    expect(codes).toEqual(['NOT_FOUND', 'NOT_FOUND']);
    expect((await track(whole, 'rider')).status).toBe(403);
  });

  it.each([
    { from: iso(start), to: iso(start) },
    { from: 'yesterday', to: iso(start) },
    { from: '2026-06-01', to: iso(start) },
    { ...whole, format: 'kml' },
    { ...whole, limit: '10001' },
    { ...whole, cursor: 'bm9uc2Vuc2U' },
    { ...whole, cursor: "' || 1" },
    { from: iso(start) },
  ])('HIST-22: %o fails with VALIDATION', async (query) => {
    expect((await track(query as Record<string, string>)).status).toBe(400);
  });
});

describe('ledger', () => {
  it('HIST-5: per boot: stored + refused + missing = highest − lowest + 1', async () => {
    const ledger = ledgerSchema.parse(
      await (await harness.get('/v1/drivers/cab-1/ledger', 'driver', 'cab-1')).json(),
    );
    expect(ledger.verdict).toBe('missing');
    expect(
      ledger.boots.map(({ boot, stored, refused, missing, highestSeq }) => ({
        boot,
        stored,
        refused,
        missing,
        highestSeq,
      })),
    ).toEqual([
      { boot: 'boot-1', stored: 293, refused: 2, missing: [[200, 204]], highestSeq: 299 },
      { boot: 'boot-2', stored: 150, refused: 0, missing: [], highestSeq: 149 },
    ]);
    expect(ledger.boots[0]?.refusedBy).toEqual({ range: 1, implausible: 1 });
    const empty = await (await harness.get('/v1/drivers/nobody/ledger', 'operator')).json();
    expect(empty).toEqual({ driverId: 'nobody', boots: [], verdict: 'empty', next: null });
    expect((await harness.get('/v1/drivers/cab-1/ledger', 'driver', 'cab-2')).status).toBe(404);
  });

  it('HIST-25: is read in pages of whole boots, newest first; a cursor of another route is refused', async () => {
    const long = driverIdSchema.parse('cab-long');
    const blocks = 700;
    const boots = ['boot-a', 'boot-b', 'boot-c', 'boot-d'];
    const documents = boots.flatMap((boot, index) =>
      Array.from({ length: blocks }, (_, block) => {
        const at = start + index * DAY_MS + block * 64_000;
        const fix = [at, 37.7, -122.4, null, null, null, 0, at, 0];
        const common = { v: 1, region: REGION, driverId: long, boot, block, lowest: 0 };
        return {
          _id: `${long}:${boot}:${block}`,
          ...common,
          tMin: new Date(at),
          tMax: new Date(at),
          newestAt: new Date(at),
          expireAt: new Date(at + 3650 * DAY_MS),
          f: { [block * BLOCK_SEQS]: fix },
        };
      }),
    );
    await db.collection(trackCollection).insertMany(documents as never);
    const read = async (query = '') =>
      ledgerSchema.parse(await (await harness.get(`/v1/drivers/${long}/ledger${query}`, 'operator')).json());
    const newest = await read();
    expect(newest.boots.map(({ boot }) => boot)).toEqual(['boot-b', 'boot-c', 'boot-d']);
    expect(newest.boots[0]).toMatchObject({
      received: blocks,
      missingRanges: blocks - 1,
      missingSeqs: (blocks - 1) * (BLOCK_SEQS - 1),
      partial: false,
      verdict: 'missing',
    });
    const older = await read(`?cursor=${newest.next}`);
    expect(older.boots.map(({ boot }) => boot)).toEqual(['boot-a']);
    expect(older.next).toBeNull();
    expect((await harness.get(`/v1/drivers/${long}/ledger?cursor=x`, 'operator')).status).toBe(400);
  });

  it('HIST-25: many readers at once are all answered, or refused with BUSY', async () => {
    const answers = await Promise.all(
      Array.from({ length: 80 }, () => harness.get('/v1/drivers/cab-long/ledger', 'operator')),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(statuses.has(200)).toBe(true);
    for (const answer of answers) await answer.arrayBuffer();
  });
});
