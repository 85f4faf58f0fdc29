import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseMetrics, sumOf } from '@rideline/load/cluster/prometheus';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ApiHarness, startApiHarness } from '../harness/cluster/api-harness.ts';
import { type ServiceProcess, startService } from '../harness/processes/service-process.ts';

/** T15 of docs/design/reliability.md, "Test programme": minutes of it with `test --faults`. */
const FULL = process.env.TEST_MODE === 'faults';
const ROUNDS = FULL ? 20 : 3;
const STOP_MS = FULL ? 10_000 : 7000;
const PER_SECOND = 60;
/** The read's own deadline is 5 s. */
const ANSWER_MS = 7000;
const SPARE_FILES = 5;

let harness: ApiHarness;
let node: ServiceProcess;
let bearer: string;

beforeAll(async () => {
  harness = await startApiHarness({ env: { RIDELINE_BREAKER_OPEN_MS: '2000' } });
  // The test starts its own process, so that its open files can be counted.
  node = await startService('api', 'api-pool', { env: harness.cluster.env });
  bearer = await harness.token('operator');
});
afterAll(async () => {
  await node?.end();
  await harness?.stop();
});

const headers = () => ({ Authorization: `Bearer ${bearer}`, Connection: 'close' });
const LIST = '/v1/trips?limit=5';
/** A critical route, with the id of a trip that does not exist. */
const ONE = '/v1/trips/none';

async function metric(name: string, labels?: Record<string, string>): Promise<number> {
  const text = await (await fetch(`${node.innerUrl}/metrics`, { headers: { Connection: 'close' } })).text();
  return sumOf(parseMetrics(text), `rideline_${name}`, labels);
}

/** Open files of the process, without those of the pool. */
async function openFiles(): Promise<number> {
  const files = readdirSync(`/proc/${node.process.pid}/fd`).length;
  return files - (await metric('mongo_pool_connections'));
}

async function expectNothingHeld(before: number): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await metric('mongo_pool_in_use')).toBe(0);
      expect(await metric('mongo_pool_waiting')).toBe(0);
      expect(Math.abs((await openFiles()) - before)).toBeLessThanOrEqual(SPARE_FILES);
    },
    { timeout: 10_000, interval: 100 },
  );
}

/** A program that sends requests and is killed while it waits for the responses. */
async function askAndDie(): Promise<void> {
  const script = `
    const ask = () => fetch(${JSON.stringify(node.url + ONE)}, { headers: { Authorization: ${JSON.stringify(`Bearer ${bearer}`)} } });
    for (let n = 0; n < 30; n += 1) void ask();
    setTimeout(() => process.stdout.write('asked'), 30);
    setInterval(ask, 5);
  `;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function askAndLeave(): Promise<void> {
  const leaving = Array.from({ length: 60 }, async (_, index) => {
    const signal = AbortSignal.timeout(1 + (index % 12));
    // Whether the response arrived before the abort does not matter.
    await fetch(node.url + ONE, { headers: headers(), signal }).then((response) => response.text(), String);
  });
  await Promise.all(leaving);
}

it(`POOL-2: with Mongo stopped for ${STOP_MS / 1000} s every call is answered within its deadline, most of them at once, and afterwards nothing is held`, async () => {
  const before = await openFiles();
  const codes: Record<string, number> = {};
  let longestMs = 0;
  const ask = async (path: string) => {
    const startedAt = performance.now();
    const response = await fetch(node.url + path, { headers: headers() });
    const problem = (await response.json()) as { code?: string };
    longestMs = Math.max(longestMs, performance.now() - startedAt);
    const code = problem.code ?? String(response.status);
    codes[code] = (codes[code] ?? 0) + 1;
    if (code.startsWith('SCALE')) {
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  };
  await harness.cluster.pause('mongo');
  const asked: Promise<void>[] = [];
  let worst: { level?: number; reasons: { dependency: string }[] } = { reasons: [] };
  try {
    const until = performance.now() + STOP_MS;
    for (let n = 0; performance.now() < until; n += 1) {
      asked.push(ask(n % 2 === 0 ? LIST : ONE));
      // A fixed call rate: no call waits for the ones before.
      await sleep(1000 / PER_SECOND);
      if (n % PER_SECOND === 0) {
        const health = (await (await fetch(`${node.url}/health`)).json()) as typeof worst;
        if ((health.level ?? 0) >= (worst.level ?? 0)) worst = health;
      }
    }
  } finally {
    await harness.cluster.resume('mongo');
  }
  await Promise.all(asked);
  process.stdout.write(
    `pool: Mongo stopped, ${asked.length} calls, longest ${Math.round(longestMs)} ms, ${JSON.stringify(codes)}\n`,
  );
  expect(longestMs).toBeLessThan(ANSWER_MS);
  // The pool was full and then the circuit open; non-critical requests were shed meanwhile, and an operator is alerted.
  expect(codes).toMatchObject({
    SCALE_002: expect.any(Number),
    SCALE_004: expect.any(Number),
    SHED: expect.any(Number),
  });
  expect(codes.INTERNAL).toBeUndefined();
  expect(codes.TIMEOUT ?? 0).toBeLessThanOrEqual(100);
  expect(worst.level).toBeGreaterThanOrEqual(2);
  expect(worst.reasons.map(({ dependency }) => dependency)).toEqual(
    expect.arrayContaining(['load', 'mongo-pool']),
  );
  expect(await metric('dependency_refused_total', { dependency: 'mongo', why: 'full' })).toBeGreaterThan(0);
  await vi.waitFor(
    async () => expect((await fetch(node.url + ONE, { headers: headers() })).status).toBe(404),
    {
      timeout: 10_000,
      interval: 200,
    },
  );
  await expectNothingHeld(before);
  if (!FULL) return;
  await vi.waitFor(
    async () => expect((await fetch(node.url + LIST, { headers: headers() })).status).toBe(200),
    {
      timeout: 30_000,
      interval: 500,
    },
  );
}, 300_000);

it('POOL-1: abandoned requests and killed clients leave no connection in use and no file open', async () => {
  await Promise.all(
    Array.from({ length: 100 }, async () => (await fetch(node.url + ONE, { headers: headers() })).text()),
  );
  await vi.waitFor(async () => expect(await metric('mongo_pool_in_use')).toBe(0));
  const before = await openFiles();
  for (let round = 0; round < ROUNDS; round += 1) {
    await askAndLeave();
    await askAndDie();
  }
  await expectNothingHeld(before);
}, 300_000);
