import { expect, it } from 'vitest';
import { tripsOfTick } from './trip-rotation.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

it('MATCH-10: with more waiting trips than a tick takes, the oldest are in each tick and all others within a bounded number of ticks', () => {
  const waiting = numbers(2300);
  const seen = new Set<number>();
  for (let turn = 5; turn < 5 + Math.ceil(2050 / 250); turn += 1) {
    const chosen = tripsOfTick(waiting, 500, turn);
    expect(new Set(chosen).size).toBe(500);
    expect(chosen).toEqual(chosen.toSorted((a, b) => a - b));
    expect(chosen.slice(0, 250)).toEqual(numbers(250));
    for (const trip of chosen) seen.add(trip);
  }
  expect(seen.size).toBe(2300);
});

it('MATCH-10: all trips are taken when a tick has room for them', () => {
  expect(tripsOfTick(numbers(500), 500, 3)).toEqual(numbers(500));
  expect(tripsOfTick(numbers(501), 500, 3)).toHaveLength(500);
  expect(tripsOfTick([], 500, 3)).toEqual([]);
});
