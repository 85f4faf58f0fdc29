import { expect, it } from 'vitest';
import type { LimitClass, Method } from '../http/route.ts';
import { isShed, shedError } from './shedding.ts';

const shedFrom = (limit: LimitClass, method: Method = 'get', cache?: 'catalogue') =>
  ([0, 1, 2, 3] as const).find((level) => isShed({ limit, method, cache }, level));

it('DEG-24: lists are shed first, then deferrable work, then sign-in; critical work is never shed', () => {
  expect(shedFrom('standard')).toBe(1);
  expect(shedFrom('standard', 'get', 'catalogue')).toBe(2);
  expect(shedFrom('standard', 'post')).toBe(2);
  expect(shedFrom('upload', 'post')).toBe(2);
  expect(shedFrom('sign-in', 'post')).toBe(3);
  expect(shedFrom('critical')).toBeUndefined();
  expect(shedFrom('none')).toBeUndefined();
});

it('DEG-24: shed clients get a Retry-After, each a different one', () => {
  const waits = Array.from({ length: 50 }, () => shedError().retryAfterMs ?? 0);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(5000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
  expect(new Set(waits).size).toBeGreaterThan(20);
});
