import { expect, test } from 'vitest';
import { steadyRate } from './steady-rate.ts';

const samples = [0, 10, 20, 30, 30, 30, 40].map((fixes, n) => ({ atMs: n * 100, fixes }));

test('the rate covers the time between two amounts, without the start and the last blocks', () => {
  expect(steadyRate(samples, 5, 30)).toBe(100);
});

test('there is no rate of one sample or none', () => {
  expect(steadyRate(samples, 5, 10)).toBeNaN();
  expect(steadyRate(samples, 5, 50)).toBeNaN();
});
