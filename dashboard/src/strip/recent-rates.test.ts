import { expect, it } from 'vitest';
import { sparkline, withSample } from './recent-rates.ts';

it('MAP-1: the sparkline keeps a minute, its newest sample at the right edge', () => {
  const samples = Array.from({ length: 70 }, (_, i) => i).reduce<readonly number[]>(withSample, []);
  expect(samples).toHaveLength(60);
  expect(sparkline([0, 10], 59, 10)).toBe('M58.0 10.0L59.0 0.0');
  expect(sparkline([], 59, 10)).toBe('');
});
