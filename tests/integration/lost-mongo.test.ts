import { parseMetrics, sumOf } from '@rideline/load/cluster/prometheus';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ApiHarness, startApiHarness } from '../harness/cluster/api-harness.ts';

/** DEG-20: at least 50 failures open a circuit. Fewer than the slots of MongoDB for critical calls, so that each gets one. */
const CALLS = 60;
const SOON = { timeout: 20_000, interval: 200 };
/** The hysteresis ends a level after ten quiet seconds; the circuit is tested after `BREAKER_OPEN_MS`. */
const CALM = { timeout: 40_000, interval: 500 };
const BREAKER_OPEN_MS = 20_000;

const TRIP = {
  tripId: 'trip-1',
  riderId: 'rider-1',
  driverId: 'cab-1',
  pickup: { lat: 37.7, lng: -122.4 },
  dropoff: { lat: 37.8, lng: -122.4 },
  at: new Date().toISOString(),
};
const TRACK = `/v1/drivers/cab-1/track?from=${new Date(Date.now() - 60_000).toISOString()}&to=${new Date(Date.now() + 60_000).toISOString()}&format=csv`;
const STALE_READS = ['/v1/trips/trip-1', '/v1/trips/trip-1/events', '/v1/trips', '/v1/notifications'];

let harness: ApiHarness;
beforeAll(async () => {
  harness = await startApiHarness({ env: { RIDELINE_BREAKER_OPEN_MS: String(BREAKER_OPEN_MS) } });
  await harness.post('/v1/dev/trips', TRIP, 'operator');
});
afterAll(() => harness.stop());

const health = async () =>
  (await (await harness.get('/health')).json()) as {
    level: number;
    reasons: { dependency: string; reason: string }[];
  };
const loadReason = async () =>
  (await health()).reasons.find(({ dependency }) => dependency === 'load')?.reason;
const rider = (path: string, subject = 'rider-1') => harness.get(path, 'rider', subject);
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

async function metric(name: string, labels: Record<string, string>): Promise<number> {
  const port = harness.cluster.processes.find(({ role }) => role === 'api')?.innerPort;
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return sumOf(parseMetrics(text), `rideline_${name}`, labels);
}

it('CACHE-22, DEG-30: with Mongo frozen, reads get their last answer marked stale, the open circuit sheds what can wait, and both end', async () => {
  const before = new Map<string, unknown>();
  for (const path of STALE_READS) {
    const answer = await rider(path);
    expect([answer.status, answer.headers.get('x-rideline-cache')]).toEqual([200, null]);
    before.set(path, await answer.json());
  }
  const track = await (await harness.get(TRACK, 'operator')).text();
  await vi.waitFor(
    async () =>
      expect(await metric('stale_copies_total', { outcome: 'stored' })).toBeGreaterThanOrEqual(
        STALE_READS.length + 1,
      ),
    SOON,
  );

  await harness.cluster.pause('mongo');
  try {
    // Timed out: the circuit is still closed, and the fiftieth failure opens it.
    const timedOut = await Promise.all(Array.from({ length: CALLS }, () => rider('/v1/trips/trip-1')));
    for (const answer of timedOut) {
      expect([answer.status, answer.headers.get('x-rideline-cache')]).toEqual([200, 'stale']);
      expect(Number(answer.headers.get('age'))).toBeGreaterThan(0);
    }
    await vi.waitFor(async () => expect(await loadReason()).toBe('L2: open circuit to MongoDB'), SOON);
    // Not made, and answered: these routes are not shed for an open circuit.
    for (const path of STALE_READS) {
      const answer = await rider(path);
      expect([answer.status, answer.headers.get('x-rideline-cache')]).toEqual([200, 'stale']);
      expect(await answer.json()).toEqual(before.get(path));
    }
    expect(await (await harness.get(TRACK, 'operator')).text()).toBe(track);
    // Another caller, or another request, has no last answer.
    expect(await codeOf(await rider('/v1/trips/trip-1', 'rider-2'))).toBe('SCALE_004');
    expect(await codeOf(await rider('/v1/trips?limit=3'))).toBe('SCALE_004');
    // Never stale: evidence, and what is decided on. A ledger is shed with the lists.
    expect(await codeOf(await harness.get('/v1/drivers/cab-1/ledger', 'operator'))).toBe('SHED');
    expect(await codeOf(await harness.get('/v1/admin/drivers', 'admin'))).toBe('SHED');
    expect(await codeOf(await harness.post('/v1/dev/trips', { ...TRIP, tripId: 'trip-2' }, 'operator'))).toBe(
      'SHED',
    );
    expect(await metric('stale_answers_total', { outcome: 'given' })).toBeGreaterThanOrEqual(CALLS);
    expect(await metric('stale_answers_total', { outcome: 'none' })).toBe(2);
    expect(await metric('shed_total', { limit: 'standard' })).toBeGreaterThanOrEqual(2);
  } finally {
    await harness.cluster.resume('mongo');
  }

  await vi.waitFor(async () => {
    const answer = await rider('/v1/trips/trip-1');
    expect([answer.status, answer.headers.get('x-rideline-cache')]).toEqual([200, null]);
  }, CALM);
  // The level outlives the circuit by the ten seconds of the hysteresis.
  expect((await health()).level).toBe(2);
  await vi.waitFor(async () => expect((await health()).level).toBe(0), CALM);
  expect((await harness.get('/v1/admin/drivers', 'admin')).status).toBe(200);
}, 120_000);

it('DEG-30: the open circuit to the state Redis sheds lists, and nothing else', async () => {
  const search = () => harness.get('/v1/drivers/search?lat=1&lng=1', 'operator');
  await harness.cluster.kill('redis-state');
  try {
    for (let call = 0; call < CALLS; call += 1) expect((await search()).status).toBe(503);
    await vi.waitFor(
      async () => expect(await loadReason()).toBe('L1: open circuit to the state Redis'),
      SOON,
    );
    expect(await codeOf(await search())).toBe('SCALE_004');
    expect(await codeOf(await harness.get('/v1/admin/drivers', 'admin'))).toBe('SHED');
    expect((await rider('/v1/trips/trip-1')).status).toBe(200);
  } finally {
    await harness.cluster.start('redis-state');
  }
  await vi.waitFor(async () => expect((await search()).status).toBe(200), CALM);
}, 120_000);
