import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COUNTERS, HISTOGRAMS } from './metrics.ts';
import { curveOf, readSettings, type Variables } from './settings.ts';

interface ScenarioFile {
  readonly config: {
    readonly target: string;
    readonly processor: string;
    readonly phases: readonly { readonly duration: number; readonly arrivalCount: number }[];
    readonly environments: unknown;
    readonly variables: Variables;
    readonly plugins: {
      readonly ensure: {
        readonly thresholds?: readonly Readonly<Record<string, number>>[];
        readonly conditions?: readonly { readonly expression: string }[];
      };
    };
  };
  readonly scenarios: unknown;
}

// Without types of its own, and its types are not worth a package.
const yaml = createRequire(import.meta.url)('js-yaml') as { load(text: string): unknown };
const folder = join(import.meta.dirname, '..');
const FILES = readdirSync(folder).filter((name) => name.endsWith('.yml'));
const fileOf = (name: string) => yaml.load(readFileSync(join(folder, name), 'utf8')) as ScenarioFile;

const variablesOf = (name: string): Variables => ({
  ...fileOf(name).config.variables,
  target: 'http://localhost:1',
});
const BASELINE = variablesOf('baseline.yml');
const sized = (variables: Variables): Variables => ({ ...variables, $environment: 'sized' });

it('LOAD-5: there is a file for each scenario', () => {
  expect(FILES.map((name) => name.replace('.yml', ''))).toEqual([
    'baseline',
    'chaos',
    'combined',
    'location-flood',
    'peak',
    'soak',
    'spike',
    'stress',
    'tracking',
    'uploads',
    'websocket-latency',
  ]);
});

it.each(FILES)(
  'LOAD-5: %s can be read, has the size that it says, and its thresholds are of metrics that exist',
  (name) => {
    const { config, scenarios } = fileOf(name);
    const settings = readSettings(variablesOf(name), {});
    expect(`${settings.scenario}.yml`).toBe(name);
    expect(config.phases).toEqual([{ name: 'users arrive', duration: 5, arrivalCount: settings.users }]);
    expect(config.environments).toEqual({
      sized: { phases: [{ arrivalCount: '{{ $env.RIDELINE_USERS }}' }] },
    });
    expect(config.processor).toBe('./processor.mts');
    expect(scenarios).toEqual([{ name: 'users', flow: [{ function: 'user' }] }]);
    const { thresholds = [], conditions = [] } = config.plugins.ensure;
    expect(thresholds.length + conditions.length).toBeGreaterThan(1);
    for (const metric of thresholds.flatMap(Object.keys)) {
      expect(Object.keys(HISTOGRAMS)).toContain(metric.replace(/\.p95$/, ''));
      // Artillery replaces the names of metrics in an expression one after the other: one that contains another one would be torn.
      expect(Object.keys(COUNTERS).filter((counter) => metric.includes(counter))).toEqual([]);
    }
    for (const { expression } of conditions)
      for (const [counter] of expression.matchAll(/[a-z_]+\.[a-z_]+/g))
        expect(Object.keys(COUNTERS).filter((known) => counter.includes(known))).toEqual([counter]);
  },
);

it('LOAD-5: a run with fewer users has as much less to do, unless a rate is asked for', () => {
  const small = readSettings(sized(BASELINE), { RIDELINE_USERS: '60' });
  expect(small.users).toBe(60);
  expect(small.plans.location).toEqual({
    kind: 'curve',
    curve: [
      { at: 0, rate: 50 },
      { at: 1, rate: 100 },
    ],
  });
  expect(small.plans.search).toEqual({ kind: 'curve', curve: [{ at: 0, rate: 0.4 }] });
  const asked = readSettings(sized(BASELINE), { RIDELINE_USERS: '60', RIDELINE_RATE: '1000' });
  expect(asked.plans.location).toEqual({
    kind: 'curve',
    curve: [
      { at: 0, rate: 500 },
      { at: 1, rate: 1000 },
    ],
  });
  expect(asked.plans.search).toEqual({ kind: 'curve', curve: [{ at: 0, rate: 4 }] });
});

it('LOAD-5: what each user does once is spread over the first part of the load', () => {
  const { plans } = readSettings(variablesOf('uploads.yml'), {});
  const plan = plans.upload;
  expect(plan).toEqual({ kind: 'perUser', perUser: 1, until: 0.5 });
  if (plan === undefined) throw new Error('no plan');
  expect(curveOf(plan, 100, 20_000)).toEqual([
    { at: 0, rate: 10 },
    { at: 0.5, rate: 10 },
    { at: 0.5, rate: 0 },
  ]);
});

it('LOAD-5: the environment replaces the values of the file', () => {
  const settings = readSettings(sized(BASELINE), {
    RIDELINE_USERS: '10',
    RIDELINE_MINUTES: '0.5',
    RIDELINE_TRANSPORT: 'polling',
    RIDELINE_TOKENS: 'a.csv,b.csv',
    RIDELINE_FIRST_USER: '100',
    RIDELINE_SEED: 'x',
    RIDELINE_CENTRE: '-33.9,151.2',
    RIDELINE_JOURNAL: '/tmp/j',
  });
  expect(settings).toMatchObject({
    durationMs: 30_000,
    transport: 'polling',
    tokenFiles: ['a.csv', 'b.csv'],
    firstUser: 100,
    seed: 'x',
    centre: { lat: -33.9, lng: 151.2 },
    journalPath: '/tmp/j',
  });
});

it.each<[Record<string, string>, Variables, string]>([
  [{ RIDELINE_USERS: '10' }, {}, '-e sized'],
  [{ RIDELINE_MINUTES: 'long' }, {}, 'RIDELINE_MINUTES must be a number'],
  [{ RIDELINE_MINUTES: '0' }, {}, 'RIDELINE_MINUTES must be a number'],
  [{ RIDELINE_TRANSPORT: 'udp' }, {}, 'RIDELINE_TRANSPORT must be one of websocket, polling'],
  [{ RIDELINE_FIRST_USER: '1.5' }, {}, 'RIDELINE_FIRST_USER must be a whole number'],
  [{ RIDELINE_CENTRE: 'north' }, {}, 'RIDELINE_CENTRE'],
  [{}, { target: 'localhost' }, 'must be an http or https URL'],
  [{}, { groups: { all: { share: 1, does: ['drive', 'ride'] } } }, 'cannot ride or search'],
  [{}, { groups: { all: { share: 1, does: ['fly'] } } }, 'a group must do some of'],
  [{}, { plan: { search: [[0, 1]] } }, 'plan has no location'],
  [{}, { plan: { location: [[2, 1]] } }, 'each point of plan.location'],
  [
    {},
    {
      plan: {
        location: [
          [0.5, 1],
          [0.2, 1],
        ],
      },
    },
    'in the order of their times',
  ],
  [{}, { plan: { flying: [[0, 1]] } }, 'not flying'],
])('LOAD-5: %j with %j is refused', (env, variables, problem) => {
  expect(() => readSettings({ ...BASELINE, ...variables }, env)).toThrow(problem);
});
