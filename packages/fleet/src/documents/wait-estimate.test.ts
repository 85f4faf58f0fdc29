import { expect, it } from 'vitest';
import { drainRate, estimateWaitMs } from './wait-estimate.ts';

it('DOC-50: the estimate is the jobs ahead ÷ the rate of the limiter, by default 100 a minute', () => {
  expect(estimateWaitMs({ ahead: 100, perMinute: 100, drainPerSecond: null })).toBe(60_000);
  expect(estimateWaitMs({ ahead: 0, perMinute: 100, drainPerSecond: null })).toBe(0);
  expect(estimateWaitMs({ ahead: 7000, perMinute: 3000, drainPerSecond: null })).toBe(140_000);
});

it('DOC-50: the measured rate is used when it is below the rate of the limiter, and only then', () => {
  expect(estimateWaitMs({ ahead: 100, perMinute: 3000, drainPerSecond: 10 })).toBe(10_000);
  expect(estimateWaitMs({ ahead: 100, perMinute: 60, drainPerSecond: 10 })).toBe(100_000);
});

it('DOC-50: a rate is measured only over seconds in which jobs waited all the time', () => {
  const startsOf = (second: number) => (second >= 1000 ? 20 : 0);
  expect(drainRate(startsOf, null, 1_010_500)).toBe(null);
  expect(drainRate(startsOf, 1_008_900, 1_010_500)).toBe(null);
  expect(drainRate(startsOf, 999_500, 1_010_500)).toBe(20);
  // Of a longer backlog only the last 20 seconds count.
  expect(drainRate(startsOf, 0, 1_010_500)).toBe(10);
  // Without starts there is no rate.
  expect(drainRate(() => 0, 0, 1_010_500)).toBe(null);
});
