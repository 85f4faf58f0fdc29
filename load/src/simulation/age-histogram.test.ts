import { expect, it } from 'vitest';
import { AgeHistogram } from './age-histogram.ts';

it('OPS-62: quantiles of ages are right to within a tenth', () => {
  const ages = new AgeHistogram();
  for (let ms = 1; ms <= 1000; ms++) ages.add(ms);
  for (const q of [0.01, 0.5, 0.95, 0.99]) {
    const exact = q * 1000;
    expect(ages.quantile(q)).toBeGreaterThanOrEqual(exact * 0.999);
    expect(ages.quantile(q)).toBeLessThanOrEqual(exact * 1.1001);
  }
  expect(ages.quantile(1)).toBe(1000);
  ages.reset();
  expect(ages.quantile(0.5)).toBeUndefined();
});
