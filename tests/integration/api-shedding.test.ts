import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Health, healthSchema, type Problem } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ApiHarness, startApiHarness } from '../harness/cluster/api-harness.ts';

/** The memory is measured every 5 s, and a level takes effect after three samples. */
const SOON = { timeout: 60_000, interval: 200 };
const STANDARD = 20;

let harness: ApiHarness;
let state: RedisClient;
beforeAll(async () => {
  harness = await startApiHarness({ env: { RIDELINE_LIMIT_STANDARD: String(STANDARD) } });
  state = harness.redis('STATE');
});
afterAll(() => harness.stop());

const health = async (): Promise<Health> => healthSchema.parse(await (await harness.get('/health')).json());
const codeOf = async (answer: Response) =>
  answer.ok ? String(answer.status) : ((await answer.json()) as Problem).code;

/** Bounds the memory of the state Redis so that this share of it is in use. */
async function fillState(share: number): Promise<void> {
  const used = Number(/used_memory:(\d+)/.exec(await state.info('memory'))?.[1]);
  await state.config('SET', 'maxmemory', String(Math.round(used / share)));
}

async function reachLevel(level: number, share: number): Promise<void> {
  await vi.waitFor(async () => {
    // Again each time: what Redis uses changes by itself.
    await fillState(share);
    expect((await health()).level).toBe(level);
  }, SOON);
}

const list = () => harness.get('/v1/trips', 'rider', 'lister');
const write = () => harness.post('/v1/drivers/batch', {}, 'operator', 'writer');
const critical = () => harness.get('/v1/drivers/search?lat=1&lng=1', 'operator', 'searcher');
const signIn = () => harness.post('/v1/sign-in', { name: 'x@example.com', password: 'a wrong password' });

it('LIM-23: answers carry the policy and the budget of their caller; a refusal is 429 with a time to retry', async () => {
  const answers = await Promise.all(
    Array.from({ length: STANDARD + 3 }, () => harness.get('/v1/trips', 'rider', 'counted')),
  );
  const allowed = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status === 429);
  expect([allowed.length, refused.length]).toEqual([STANDARD, 3]);
  const left = allowed.map(({ headers }) =>
    Number(/"standard";r=(\d+);t=\d+/.exec(headers.get('ratelimit') ?? '')?.[1]),
  );
  expect(left.toSorted((a, b) => a - b)).toEqual(Array.from({ length: STANDARD }, (_, index) => index));
  for (const { headers } of [...allowed, ...refused])
    expect(headers.get('ratelimit-policy')).toBe(`"standard";q=${STANDARD};w=60`);
  for (const answer of refused) {
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await codeOf(answer)).toBe('SCALE_003');
  }
  // Another user has their own budget, and so have those without a token, by address.
  expect((await harness.get('/v1/trips', 'rider', 'another')).status).toBe(200);
  expect((await harness.get('/v1/trips')).status).toBe(401);
  expect(await state.keys('*127.0.0.1*')).toEqual([]);
});

it('LIM-26: of a flood of refused requests a hundred of a route and status are in the log by themselves', async () => {
  const refusals = Array.from({ length: 130 }, () => harness.get('/v1/users/me-not', 'rider', 'flooder'));
  const statuses = (await Promise.all(refusals)).map(({ status }) => status);
  const [most = 0] = statuses.toSorted(
    (a, b) => statuses.filter((s) => s === b).length - statuses.filter((s) => s === a).length,
  );
  const count = statuses.filter((status) => status === most).length;
  expect(count).toBeGreaterThan(100);
  const log = join(harness.cluster.dataDir, 'logs/api-1.log');
  const lines = async () =>
    (await readFile(log, 'utf8')).split('\n').filter((line) => line.includes(`"status":${most}`));
  await vi.waitFor(async () => expect((await lines()).length).toBeGreaterThanOrEqual(100), SOON);
  expect((await lines()).length).toBe(100);
});

it('DEG-24: an overloaded API sheds lists, then all that is not critical, then sign-in; critical requests and health are answered', async () => {
  expect(await codeOf(await list())).toBe('200');
  expect(await codeOf(await signIn())).toBe('UNAUTHENTICATED');
  await reachLevel(1, 0.78);
  const shed = await list();
  expect(Number(shed.headers.get('retry-after'))).toBeGreaterThanOrEqual(5);
  expect([shed.status, await codeOf(shed)]).toEqual([503, 'SHED']);
  // Before anything of the request is examined: there is no token.
  expect(await codeOf(await harness.get('/v1/trips'))).toBe('SHED');
  expect(await codeOf(await write())).toBe('VALIDATION');
  await reachLevel(2, 0.9);
  expect(await codeOf(await write())).toBe('SHED');
  expect(await codeOf(await signIn())).toBe('UNAUTHENTICATED');
  await reachLevel(3, 0.98);
  expect(await codeOf(await signIn())).toBe('SHED');
  expect(await codeOf(await critical())).toBe('200');
  expect((await harness.get('/health/ready')).status).toBe(200);
  const { status, reasons } = await health();
  expect(status).toBe('degraded');
  expect(reasons).toContainEqual({
    dependency: 'load',
    reason: expect.stringContaining('L3: memory of the state Redis'),
  });
  await fillState(0.01);
  await vi.waitFor(async () => expect((await health()).level).toBe(0), { timeout: 40_000, interval: 500 });
  expect(await codeOf(await list())).toBe('200');
});
