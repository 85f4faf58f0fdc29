import { expect, test } from 'vitest';
import { isFlat, quartersOf, type Series, slopePerHour } from './verdict.ts';

/** One sample per minute. */
const over = (minutes: number, value: (minute: number) => number): Series => ({
  hours: Array.from({ length: minutes }, (_, minute) => minute / 60),
  values: Array.from({ length: minutes }, (_, minute) => value(minute)),
});
const steady = quartersOf(over(120, () => 50));

test('the slope is per hour and leaves the warm-up out', () => {
  expect(slopePerHour(over(120, (minute) => 100 + minute))).toBeCloseTo(60);
  expect(slopePerHour(over(120, (minute) => Math.min(minute, 30)))).toBeCloseTo(0);
  expect(slopePerHour(over(1, () => 1))).toBeNaN();
});

test('memory that reaches its level in the first quarter is flat', () => {
  const rss = quartersOf(over(120, (minute) => Math.min(minute, 30)));
  expect(rss).toEqual({ first: 15, second: 30, last: 30 });
  expect(isFlat({ rss, fds: steady })).toBe(true);
});

test('steadily growing memory or descriptors are not flat', () => {
  const creeping = quartersOf(over(120, (minute) => 100 + minute / 2));
  expect(isFlat({ rss: creeping, fds: steady })).toBe(false);
  expect(isFlat({ rss: steady, fds: quartersOf(over(120, (minute) => minute)) })).toBe(false);
});

test('the waves of a garbage collector are flat', () => {
  const rss = quartersOf(over(120, (minute) => 100 + (minute % 7) * 5));
  expect(isFlat({ rss, fds: steady })).toBe(true);
});

test('a soak with one sample has quarters', () => {
  expect(quartersOf(over(1, () => 7))).toEqual({ first: 7, second: 7, last: 7 });
});
