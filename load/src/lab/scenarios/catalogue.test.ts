import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@rideline/infra/local/paths';
import { expect, test } from 'vitest';
import { allScenarios, scenarioOf } from './catalogue.ts';
import { evaluateThresholds } from './thresholds.ts';

/** The values that a scenario's file gives to its functions; the files have one form. */
function loadOf(file: string) {
  const text = readFileSync(join(ROOT, 'load/artillery', file), 'utf8');
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1]);
  const [, plan = ''] = /^ {4}plan:\n((?: {6,}.*\n)+)/m.exec(text) ?? [];
  const highest = Object.fromEntries(
    plan.split(/^ {6}(?=[a-z])/m).flatMap((entry) => {
      const [, name, value = ''] = /^([a-z]+):([\s\S]*)/.exec(entry) ?? [];
      const rates = [...value.matchAll(/\[[\d.]+, ([\d.]+)\]/g)].map(([, rate]) => Number(rate));
      return name === undefined ? [] : [[name, rates.length === 0 ? null : Math.max(...rates)]];
    }),
  );
  const main = /^ {4}main: ([a-z]+)$/m.exec(text)?.[1] ?? '';
  return {
    highest,
    defaults: {
      users: number(/arrivalCount: &users (\d+)/),
      minutes: number(/^ {4}minutes: (\d+)$/m),
      rate: highest[main],
    },
  };
}

test.each(allScenarios())(
  'LOAD-10: the catalogue has the load of the file of $name',
  ({ file, defaults, highest }) => {
    expect({ highest, defaults }).toEqual(loadOf(file));
  },
);

/** Limits of percentiles in a scenario's file: those that decide when Artillery runs alone. */
function limitsOf(file: string): [latency: string, p95Ms: number][] {
  const text = readFileSync(join(ROOT, 'load/artillery', file), 'utf8');
  return [...text.matchAll(/^ +- ([a-z.]+)\.p95: (\d+)$/gm)].map(([, name = '', limit]) => [
    name,
    Number(limit),
  ]);
}

// Chaos is judged by its recoveries: while servers are stopped no latency is met.
const JUDGED = allScenarios()
  .map(({ name }) => name)
  .filter((name) => name !== 'chaos');

test.each(JUDGED)('LOAD-11: the runner judges %s by the latencies of its file, with their limits', (name) => {
  const scenario = scenarioOf(name);
  if (scenario === undefined) throw new Error(`there is no ${name}`);
  const limits = limitsOf(scenario.file);
  expect(limits).not.toEqual([]);
  expect(limits.some(([latency]) => latency === 'track.position')).toBe(
    scenario.thresholds.includes('track-position-p95'),
  );
  for (const [latency, limit] of limits) {
    const total = { count: 1, p50: limit, p90: limit, p95: limit, p99: limit, p999: limit, max: limit };
    const evaluated = evaluateThresholds(
      scenario.thresholds,
      {
        latencies: [{ name: latency, title: '', from: 'due', total, overTime: [] }],
        counters: [],
        errors: [],
        gauges: [],
        events: [],
        cacheReads: new Map(),
        soak: null,
      },
      { seesInside: true, minutes: 0.1 },
    );
    const judged = evaluated.filter(({ measured }) => measured !== null);
    expect(judged).toMatchObject([{ measured: limit, limit, unit: 'ms', decides: true }]);
  }
});
