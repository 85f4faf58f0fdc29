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
