import { expect, test } from 'vitest';
import type { Points } from '../run-report.ts';
import { summaryOf, sumOverTime, valuesByInterval, withGaps } from './series.ts';

test('LOAD-28: a series that is silent for longer than three intervals gets a gap', () => {
  const points: Points = [
    [0, 1],
    [1000, 2],
    [2000, 3],
    [9000, 4],
    [10_000, 5],
  ];
  expect(withGaps(points)).toEqual([
    [0, 1],
    [1000, 2],
    [2000, 3],
    [3000, null],
    [9000, 4],
    [10_000, 5],
  ]);
  expect(withGaps([[0, 1]])).toEqual([[0, 1]]);
  expect(withGaps([])).toEqual([]);
});

test('LOAD-27: a sum over processes holds when their instants differ and when one of them ends', () => {
  const sum = sumOverTime([
    [
      [0, 1],
      [1000, 2],
      [2000, 3],
    ],
    [
      [40, 10],
      [1040, 20],
    ],
    [[2100, null]],
  ]);
  expect(sum).toEqual([
    [0, 11],
    [1000, 22],
    [2000, 3],
  ]);
});

test('LOAD-27: an interval in which nothing was measured is null, not zero', () => {
  const points: Points = [
    [0, 4],
    [100, 8],
    [900, null],
  ];
  expect(valuesByInterval(points, 1000, 4, 'highest')).toEqual([8, null, null, null]);
  expect(valuesByInterval(points, 1000, 4, 'mean')).toEqual([6, null, null, null]);
  expect(summaryOf([[0, null]])).toEqual({ count: 0, lowest: null, mean: null, highest: null, last: null });
});
