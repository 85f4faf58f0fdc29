import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@rideline/infra/local/paths';
import { expect, it } from 'vitest';
import { BENCH_NAMES, loadBench } from './catalogue.ts';

it.each(BENCH_NAMES)('bench %s has the name that it is loaded by, and a summary', async (name) => {
  const bench = await loadBench(name);
  expect(bench?.name).toBe(name);
  expect(bench?.summary).toMatch(/^\S.{20,120}$/);
});

it('box is an alias of capacity, and an unknown name has no bench', async () => {
  expect((await loadBench('box'))?.name).toBe('capacity');
  expect(await loadBench('nonsense')).toBeUndefined();
});

it('OPS-46: the help of bench lists the benches in order and their options', async () => {
  const text = readFileSync(join(ROOT, 'infra/local/help/bench.txt'), 'utf8');
  const listed = (section: string, line: RegExp): string[] => {
    const [, body = ''] = text.split(`\n${section}:\n`);
    return [...(body.split('\n\n')[0] ?? '').matchAll(line)].map(([, name]) => name ?? '');
  };
  expect(listed('Names', /^ {2}([a-z]+) /gm)).toEqual(BENCH_NAMES);
  const benches = await Promise.all(BENCH_NAMES.map(loadBench));
  const own = benches.flatMap((bench) => Object.keys(bench?.options ?? {}));
  expect(listed('Options', /^ {2}--([a-z-]+)/gm).sort()).toEqual(['json', 'keep', 'quick', ...own].sort());
});
