import { expect, test } from 'vitest';
import { steadyRate } from './steady-rate.ts';

const samples = [0, 10, 20, 30, 30, 30, 40].map((fixes, n) => ({ atMs: n * 100, fixes }));

test('the rate is of the time between two amounts, not of the start and not of the last blocks', () => {
  expect(steadyRate(samples, 5, 30)).toBe(100);
});

test('one sample, or none, says nothing', () => {
  expect(steadyRate(samples, 5, 10)).toBeNaN();
  expect(steadyRate(samples, 5, 50)).toBeNaN();
});
