import { expect, test } from 'vitest';
import { lateReasons, riderReasons } from './hold-limits.ts';

test("OPS-99: a rate holds only below 500 ms of a rider's p99, and not without any position", () => {
  expect(riderReasons(499)).toEqual([]);
  expect(riderReasons(777)).toEqual(['rider p99 777 ms']);
  expect(riderReasons(Number.NaN)).toEqual(['no position reached a rider']);
});

test('a rate does not hold when the generator could not send a thousandth of it in time', () => {
  expect(lateReasons({ sent: 99_950, late: 50 })).toEqual([]);
  expect(lateReasons({ sent: 99_900, late: 100 })).toEqual(['0.1 % late in the generator']);
});
