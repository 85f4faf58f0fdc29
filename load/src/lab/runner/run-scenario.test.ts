import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runReportSchema } from '../run-report.ts';
import { scenarioOf } from '../scenarios/catalogue.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { LoadPlace } from './load-place.ts';
import { passes } from './load-report.ts';
import type { ScenarioRun } from './measure-load.ts';
import { runScenario } from './run-scenario.ts';

let folder: string;
let temporary: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-scenario-'));
  temporary = join(folder, 't');
  await mkdir(temporary);
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const SOON = { timeout: 30_000, interval: 20 };
/** Loads for ever. */
const ENDLESS = 'setInterval(() => undefined, 1000);';
/** Ends as Artillery does at the end of its plan. */
const WHOLE = `appendFileSync(process.env.RIDELINE_LOAD_RECORD,
  JSON.stringify({ kind: 'total', at: Date.now(), counters: {}, histograms: {} }) + '\\n');`;

/** A program in Artillery's place, which notes its process id. */
async function programOf(body: string): Promise<ScenarioRun['program']> {
  const entry = join(folder, 'program.mjs');
  const text = `import { appendFileSync } from 'node:fs';
    appendFileSync(${JSON.stringify(join(folder, 'pids'))}, process.pid + '\\n');
    ${body}`;
  await writeFile(entry, text);
  return { entry, version: '0' };
}

const pids = async (): Promise<number[]> =>
  (await readFile(join(folder, 'pids'), 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);

/** Nothing listens there. */
function placeOf(...urls: [string, ...string[]]): LoadPlace {
  return {
    urls,
    own: false,
    what: 'nothing',
    variant: 'rideline',
    variantTitle: 'Rideline',
    versions: {},
    notes: [],
    issueToken: null,
    inside: null,
    cluster: null,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function runOf(body: string, changes: Partial<ScenarioRun> = {}): Promise<ScenarioRun> {
  return {
    scenario: scenarioOf('baseline') as Scenario,
    settings: { users: 10, minutes: 1, rate: 10, transport: 'websocket', seed: null },
    place: placeOf('http://127.0.0.1:1'),
    program: await programOf(body),
    artilleryFolder: folder,
    reportFolder: folder,
    command: './rideline load baseline',
    commit: 'abc',
    check: false,
    disturbance: null,
    profile: null,
    onProgress: () => undefined,
    stopRequested: new Promise(() => undefined),
    signal: new AbortController().signal,
    ...changes,
  };
}

async function expectNothingLeft(): Promise<void> {
  for (const pid of await pids()) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(await readdir(temporary)).toEqual([]);
}

test('LOAD-22: chaos that fails ends the load; its report says so, and nothing is left', async () => {
  const run = async () => {
    await vi.waitFor(async () => expect(await pids()).toHaveLength(1), SOON);
    throw new Error('no probe can be opened');
  };
  const disturbance = { run };
  const report = await runScenario(await runOf(ENDLESS, { disturbance }));
  expect(report.ended).toBe('failed');
  expect(runReportSchema.parse(report).notes.join('\n')).toMatch(
    /no probe can be opened\n.*work beside the load failed/,
  );
  await expectNothingLeft();
});

test('LOAD-22: a fault that cannot be healed after the end of the load makes the run not whole', async () => {
  const run = ({ signal }: { signal: AbortSignal }) =>
    new Promise<void>((_, reject) =>
      signal.addEventListener('abort', () => reject(new Error('mongo does not start'))),
    );
  const report = await runScenario(await runOf(WHOLE, { disturbance: { run } }));
  expect(report.ended).toBe('failed');
  expect(report.notes.join('\n')).toContain('mongo does not start');
  await expectNothingLeft();
});

test('LOAD-22: a check that fails leaves every invariant not checked; the run is reported and does not pass', async () => {
  const report = await runScenario(await runOf(WHOLE, { check: true }));
  expect(report.ended).toBe('complete');
  const { invariants } = runReportSchema.parse(report);
  expect(invariants?.length).toBeGreaterThan(0);
  for (const { verdict, note } of invariants ?? [])
    expect([verdict, note]).toEqual(['not-checked', expect.stringContaining('the check failed')]);
  expect(passes({ ...report, thresholds: [] })).toBe(false);
});

test('LOAD-13: when a generator cannot be started, those before it are stopped', async () => {
  const scenario = { ...(scenarioOf('baseline') as Scenario), generators: 2 };
  const settings = { users: 10_000, minutes: 1, rate: 10, transport: 'websocket', seed: null } as const;
  // No argument of a program can have a NUL character.
  const place = placeOf('http://127.0.0.1:1', 'http://a\0');
  const kill = vi.spyOn(process, 'kill');
  await expect(runScenario(await runOf(ENDLESS, { scenario, settings, place }))).rejects.toThrow(
    'null bytes',
  );
  // It may have been stopped before it could note its process id.
  const group = kill.mock.calls.find(([, signal]) => signal === 'SIGINT')?.[0] ?? 0;
  kill.mockRestore();
  expect(group).toBeLessThan(0);
  expect(() => process.kill(group, 0)).toThrow('ESRCH');
  await expectNothingLeft();
});
