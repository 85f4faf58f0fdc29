import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@rideline/infra/local/paths';
import { expect, test } from 'vitest';
import { allScenarios, SCENARIO_NAMES } from '../scenarios/catalogue.ts';
import { parseLoadOptions } from './load-options.ts';

test('LOAD-10: without options a scenario has the load of its defaults, on a cluster of its own', () => {
  for (const name of SCENARIO_NAMES) {
    const { scenario, settings, target, reportDir } = parseLoadOptions([name]);
    expect(settings).toEqual({ ...scenario.defaults, transport: 'websocket', seed: null });
    expect([target, reportDir]).toEqual([null, null]);
  }
});

test('LOAD-10: fewer users send in proportion, unless a rate is given', () => {
  const { users = 0, rate } = parseLoadOptions(['baseline']).settings;
  expect(parseLoadOptions(['baseline', '--users', String(users / 2)]).settings.rate).toBe((rate ?? 0) / 2);
  expect(parseLoadOptions(['baseline', '--users', '5', '--rate', '70']).settings.rate).toBe(70);
});

test.each([
  [['nothing'], "there is no load scenario 'nothing'"],
  [['--users', '5'], 'load needs a name'],
  [['baseline', 'stress'], "unexpected argument 'stress'"],
  [['baseline', '--users', '0'], "--users: '0'"],
  [['baseline', '--users', '1.5'], "--users: '1.5'"],
  [['baseline', '--minutes', '-1'], '--minutes'],
  [['baseline', '--minutes', '0'], "--minutes: '0'"],
  [['baseline', '--rate', '1e9'], "--rate: '1e9'"],
  [['uploads', '--rate', '5'], 'uploads has no rate'],
  [['baseline', '--transport', 'pigeon'], "there is no transport 'pigeon'"],
  [['baseline', '--seed', ''], '--seed'],
  [['baseline', '--target', 'localhost:8080'], "'localhost:8080' is not a target"],
  [['baseline', '--target', 'http://a/b'], "'http://a/b' is not a target"],
  [['baseline', '--target', 'ftp://a'], "'ftp://a' is not a target"],
  [['chaos', '--target', 'http://a'], 'chaos breaks servers and runs only against a cluster of its own'],
  [['baseline', '--target', 'http://a', '--baseline'], '--baseline starts its own stacks'],
  [['baseline', '--baseline', '--variants', 'rest,pigeon'], "there is no variant 'pigeon'"],
  [['baseline', '--baseline', '--variants', 'rest,rest'], '--variants names a variant twice'],
  [['baseline', '--variants', 'rest'], '--variants needs --baseline'],
  [['combined', '--baseline'], 'combined uploads documents'],
  [['chaos', '--baseline'], '--baseline compares loads without faults'],
])('LOAD-10: %j is a usage error', (args, message) => {
  expect(() => parseLoadOptions(args)).toThrow(message);
});

test('LOAD-38: a comparison runs the baselines and Rideline, or the variants that are named, in their order', () => {
  const variants = (...args: string[]) => parseLoadOptions(['baseline', ...args]).variants;
  expect(variants()).toBeNull();
  expect(variants('--baseline')).toEqual(['rest', 'queue', 'index', 'cache', 'rideline']);
  expect(variants('--baseline', '--variants', 'rideline,one-redis')).toEqual(['rideline', 'one-redis']);
  expect(variants('--baseline', '--variants', 'all')).toContain('secondary-reads');
});

test('LOAD-10: an address of a target is its origin', () => {
  expect(parseLoadOptions(['baseline', '--target', 'https://load.example.com/']).target).toBe(
    'https://load.example.com',
  );
});

test('LOAD-10: help, list and catalogue name the same scenarios, one line each', () => {
  const help = readFileSync(join(ROOT, 'infra/local/help/load.txt'), 'utf8');
  const [, names = ''] = /Names:\n((?: {2}.*\n)+)/.exec(help) ?? [];
  const inHelp = [...names.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name);
  expect(inHelp).toEqual([...SCENARIO_NAMES, 'fleet', 'compare', 'check']);
  const list = execFileSync(process.execPath, [join(ROOT, 'load/load.ts')], { encoding: 'utf8' });
  for (const { name, summary } of allScenarios()) expect(list).toContain(`  ${name.padEnd(18)}${summary} (`);
});

test('LOAD-10: the value of an option is not a command', () => {
  const args = [join(ROOT, 'load/load.ts'), '--report', 'check', 'nothing'];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).not.toBe(0);
  expect(stderr).toContain("there is no load scenario 'nothing'");
});

test('the command of the report can be given to a shell again', () => {
  expect(parseLoadOptions(['baseline', '--seed', 'a b']).command).toBe(
    "./rideline load baseline --seed 'a b'",
  );
});
