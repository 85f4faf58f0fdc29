import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type RefusedRequests, RequestLog } from './refused-requests.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('LIM-26: of a flood of refused requests a few are logged by themselves and the others are counted', () => {
  const refused: RefusedRequests[] = [];
  const log = new RequestLog((found) => refused.push(found));
  const lines = () => Array.from({ length: 1000 }, () => log.logs('/v1/time', 429)).filter(Boolean).length;
  expect(lines()).toBe(100);
  expect(log.logs('/v1/time', 200)).toBe(true);
  expect(log.logs('/v1/trips', 429)).toBe(true);
  vi.advanceTimersByTime(60_000);
  expect(refused).toEqual([{ route: '/v1/time', status: 429, count: 900 }]);
  expect(lines()).toBe(100);
});

it('LIM-26: requests that are answered are logged one by one', () => {
  const log = new RequestLog(() => undefined);
  expect(Array.from({ length: 100 }, () => log.logs('/v1/trips', 200)).every(Boolean)).toBe(true);
});
