import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { scenarioOf } from '../scenarios/catalogue.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { LoadPlace } from './load-place.ts';
import { type Disturbance, runScenario } from './run-scenario.ts';

const SOON = { timeout: 30_000, interval: 20 };

/** In place of Artillery: loads nothing, and does not end by itself. */
const GENERATOR = `
  import { writeFileSync } from 'node:fs';
  writeFileSync(new URL('pid', import.meta.url), String(process.pid));
  setInterval(() => undefined, 60_000);
`;

test('LOAD-13: a disturbance that fails ends the load at once, and no generator goes on running', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rideline-run-scenario-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const entry = join(folder, 'generator.mjs');
  await writeFile(entry, GENERATOR);
  const pidFile = join(folder, 'pid');
  const disturbance: Disturbance = {
    async run() {
      await vi.waitFor(
        () => expect(existsSync(pidFile) && readFileSync(pidFile, 'utf8')).toMatch(/\d/),
        SOON,
      );
      throw new Error('the fault could not be injected');
    },
  };
  const place: LoadPlace = {
    ...{ urls: ['http://127.0.0.1:1'], own: false, what: '', variant: 'rideline', variantTitle: 'Rideline' },
    ...{ versions: {}, notes: [], issueToken: null, inside: null, cluster: null },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const run = runScenario({
    scenario: scenarioOf('tracking') as Scenario,
    settings: { users: 2, minutes: 1, rate: null, transport: 'websocket', seed: null },
    ...{ place, program: { entry, version: '0' }, artilleryFolder: folder, reportFolder: folder },
    ...{ command: '', commit: '', check: false, disturbance, profile: null },
    onProgress: () => undefined,
    stopRequested: new Promise(() => undefined),
    signal: new AbortController().signal,
  });
  await expect(run).rejects.toThrow('the fault could not be injected');
  expect(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0)).toThrow('ESRCH');
}, 60_000);
