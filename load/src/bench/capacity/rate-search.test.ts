import { expect, test } from 'vitest';
import {
  backlogOf,
  hasGrown,
  highestHeld,
  nextRate,
  type SearchRange,
  type TriedRate,
} from './rate-search.ts';

const range: SearchRange = { first: 1000, least: 200, most: 32_000, precision: 1.1, tries: 1 };

/** Runs the search against a machine with this capacity. */
function search(capacity: number, among: SearchRange): { found: number; tried: number[] } {
  const tried: TriedRate[] = [];
  for (let rate = nextRate(tried, among); rate !== null; rate = nextRate(tried, among))
    tried.push({ rate, held: rate <= capacity });
  return { found: highestHeld(tried, among), tried: tried.map(({ rate }) => rate) };
}

test('rates double until one fails, then the gap is halved', () => {
  expect(search(9000, range)).toEqual({
    found: 9000,
    tried: [1000, 2000, 4000, 8000, 16_000, 12_000, 10_000, 9000, 9500],
  });
});

test('the search ends at the highest and at the lowest rate', () => {
  expect(search(1e9, range).found).toBe(32_000);
  expect(search(10, range)).toEqual({ found: 0, tried: [1000, 500, 200] });
});

test('finds a rate below the first one', () => {
  expect(search(650, range).found).toBe(600);
});

test('a single failure does not count where a rate may fail once', () => {
  const twice = { ...range, tries: 2 };
  const tried = [
    { rate: 1000, held: false },
    { rate: 1000, held: true },
  ];
  expect(nextRate(tried.slice(0, 1), twice)).toBe(1000);
  expect(nextRate(tried, twice)).toBe(2000);
  expect(highestHeld(tried, twice)).toBe(1000);
});

test('the backlog has grown when its last third is above the middle one', () => {
  expect(hasGrown(backlogOf([0, 50, 90, 100, 110, 100, 95, 105, 100]))).toBe(false);
  expect(hasGrown(backlogOf([0, 50, 90, 100, 110, 120, 150, 160, 170]))).toBe(true);
});
