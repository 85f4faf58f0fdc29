import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@rideline/infra/local/paths';
import { expect, test } from 'vitest';
import { allScenarios } from './catalogue.ts';

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
