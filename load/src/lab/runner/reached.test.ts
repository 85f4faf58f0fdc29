import { expect, test } from 'vitest';
import type { LoadRecord } from './load-record.ts';
import { lateNote, reachedOf, skippedNote } from './reached.ts';

const SETTINGS = { users: 10, minutes: 1, rate: 100, transport: 'websocket', seed: null } as const;
const SCENARIO = {
  highest: { location: 500 },
  defaults: { users: 50, minutes: 1, rate: 500 },
  alsoReached: [],
} as const;
const record = (rate: [number, number][], total: number): LoadRecord => ({
  latencies: [],
  counters: [
    // With the repetitions.
    { name: 'fixes.sent', title: '', total: 3 * total, rate: rate.map(([atMs, value]) => [atMs, 3 * value]) },
    { name: 'fixes.acknowledged', title: '', total, rate },
  ],
  errors: [],
  phases: [],
});

test('LOAD-14: reached is the highest rate of an interval; one of a second at the edge does not count', () => {
  const rate: [number, number][] = [
    [0, 500],
    [1000, 80],
    [11_000, 90],
    [21_000, 400],
  ];
  expect(reachedOf(SCENARIO, record(rate, 2000), SETTINGS, 22_000)).toEqual([
    { what: 'Fixes acknowledged', unit: 'per second', asked: 100, reached: 90 },
  ]);
});

test('LOAD-14: a run without a whole interval has its mean; what was not counted is not known', () => {
  expect(reachedOf(SCENARIO, record([[0, 500]], 40), SETTINGS, 4000)[0]?.reached).toBe(10);
  expect(reachedOf(SCENARIO, { ...record([], 0), counters: [] }, SETTINGS, 4000)[0]?.reached).toBeNull();
});

test('LOAD-14: operations that were due and not begun are told, with their share', () => {
  const counters = (skipped: number) => [
    { name: 'operations.sent', title: '', total: 75, rate: [] },
    { name: 'operations.skipped', title: '', total: skipped, rate: [] },
  ];
  expect(skippedNote({ counters: counters(25) })).toContain('25 operations (25.0 %) were due and not begun');
  expect(skippedNote({ counters: counters(0) })).toBeNull();
  expect(skippedNote({ counters: [] })).toBeNull();
});

test('LOAD-69: a report says when its generator did not keep up', () => {
  const latencies = (p95: number): LoadRecord['latencies'] => {
    const total = { count: 1, p50: 0, p90: 0, p95, p99: p95, p999: p95, max: p95 };
    return [{ name: 'generator.lateness', title: '', from: 'due', total, overTime: [] }];
  };
  expect(lateNote({ latencies: latencies(4200) })).toContain(
    'at p95 it began an operation 4.2 s after it was due',
  );
  expect(lateNote({ latencies: latencies(250) })).toBeNull();
  expect(lateNote({ latencies: [] })).toBeNull();
});
