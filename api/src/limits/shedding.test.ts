import type { DegradationLevel } from '@rideline/platform/overload/degradation';
import { expect, it } from 'vitest';
import type { LimitClass, Method, Route } from '../http/route.ts';
import { isShed, shedError } from './shedding.ts';

const LEVELS: readonly DegradationLevel[] = [0, 1, 2, 3];
const routeOf = (
  limit: LimitClass,
  method: Method = 'get',
  cache?: 'catalogue',
  path: Route['path'] = '/v1/none',
) => ({ limit, method, cache, path });
const shedFrom = (...route: Parameters<typeof routeOf>) =>
  LEVELS.find((level) => isShed(routeOf(...route), { level, load: level }));

it('DEG-24: lists are shed first, then deferrable work, then sign-in; critical work is never shed', () => {
  expect(shedFrom('standard')).toBe(1);
  expect(shedFrom('standard', 'get', 'catalogue', '/v1/catalogue')).toBe(2);
  expect(shedFrom('standard', 'post')).toBe(2);
  expect(shedFrom('upload', 'post')).toBe(2);
  expect(shedFrom('sign-in', 'post')).toBe(3);
  expect(shedFrom('critical')).toBeUndefined();
  expect(shedFrom('none')).toBeUndefined();
});

it('DEG-30: reads that have a stale answer are shed for load, and not for an open circuit', () => {
  const lost = { level: 2, load: 0 } as const;
  const isShedWhenLost = (...route: Parameters<typeof routeOf>) => isShed(routeOf(...route), lost);
  expect(isShedWhenLost('standard', 'get', undefined, '/v1/trips')).toBe(false);
  expect(isShedWhenLost('standard', 'get', undefined, '/v1/drivers/:driverId/track')).toBe(false);
  expect(isShedWhenLost('standard', 'get', 'catalogue', '/v1/catalogue')).toBe(false);
  expect(isShedWhenLost('standard', 'get', undefined, '/v1/admin/drivers')).toBe(true);
  expect(isShedWhenLost('standard', 'post', undefined, '/v1/trips')).toBe(true);
  expect(shedFrom('standard', 'get', undefined, '/v1/trips')).toBe(1);
});

it('DEG-24: shed clients get a Retry-After, each a different one', () => {
  const waits = Array.from({ length: 50 }, () => shedError().retryAfterMs ?? 0);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(5000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
  expect(new Set(waits).size).toBeGreaterThan(20);
});
