import { expect, test } from 'vitest';
import { scenarioOf } from '../scenarios/catalogue.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { artilleryLaunches, givenTokenFiles, ignoredTokensNote } from './artillery-plan.ts';

const combined = scenarioOf('combined') as Scenario;
const launches = (users: number, rate: number | null) =>
  artilleryLaunches({
    scenario: combined,
    settings: { users, minutes: 2, rate, transport: 'polling', seed: 'x' },
    program: { entry: '/artillery/run', version: '2' },
    folders: { artillery: '/scenarios', work: '/work' },
    urls: ['http://one', 'http://two'],
    tokenFiles: '/work/tokens.csv',
    journal: true,
  });

test('LOAD-10: generators share users and rate, take tokens of their own, and are spread over the fronts', () => {
  const [first, second] = launches(10_001, 1000);
  const of = (launch: ReturnType<typeof launches>[number] | undefined) => ({
    target: launch?.args[launch.args.indexOf('--target') + 1],
    users: launch?.env.RIDELINE_USERS,
    first: launch?.env.RIDELINE_FIRST_USER,
  });
  expect(of(first)).toEqual({ target: 'http://one', users: '5001', first: '0' });
  expect(of(second)).toEqual({ target: 'http://two', users: '5000', first: '5001' });
  const rates = [first, second].map((launch) => Number(launch?.env.RIDELINE_RATE));
  expect(rates[0] ?? 0).toBeCloseTo(500.05);
  expect((rates[0] ?? 0) + (rates[1] ?? 0)).toBeCloseTo(1000);
  expect(first?.recordFile).not.toBe(second?.recordFile);
  expect(first?.env.RIDELINE_JOURNAL).not.toBe(second?.env.RIDELINE_JOURNAL);
});

test('LOAD-10: few users have one generator; a scenario without a rate gives none', () => {
  const [only, ...others] = launches(20, null);
  expect(others).toEqual([]);
  expect(only?.args).toEqual([
    '/artillery/run',
    'run',
    '-e',
    'sized',
    '--target',
    'http://one',
    '/scenarios/combined.yml',
  ]);
  expect(only?.env).toMatchObject({
    RIDELINE_USERS: '20',
    RIDELINE_MINUTES: '2',
    RIDELINE_TRANSPORT: 'polling',
    RIDELINE_SEED: 'x',
  });
  expect(only?.env).not.toHaveProperty('RIDELINE_RATE');
});

test('LOAD-10: paths in RIDELINE_TOKENS are those of the folder in which the command was given', () => {
  const env = { RIDELINE_TOKENS: 'drivers.csv,../riders.csv,/absolute.csv' };
  expect(givenTokenFiles(env, '/home/me/run')).toBe(
    '/home/me/run/drivers.csv,/home/me/riders.csv,/absolute.csv',
  );
  for (const none of [{}, { RIDELINE_TOKENS: '' }]) expect(givenTokenFiles(none, '/home/me')).toBeNull();
});

test('LOAD-10: a run that signs its tokens says that it ignores RIDELINE_TOKENS', () => {
  const env = { RIDELINE_TOKENS: 'drivers.csv' };
  expect(ignoredTokensNote(env, true)).toMatch(/^RIDELINE_TOKENS is ignored/);
  expect(ignoredTokensNote(env, false)).toBeNull();
  expect(ignoredTokensNote({}, true)).toBeNull();
});
