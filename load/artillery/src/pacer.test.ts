import { afterEach, expect, it, vi } from 'vitest';
import { DueTimes } from './curve.ts';
import { Pacer } from './pacer.ts';

afterEach(() => vi.useRealTimers());

it('LOAD-2: operations begin when they are due, and late ones at once with the instant at which they were due', () => {
  vi.useFakeTimers();
  let now = 0;
  const begun: { dueMs: number; atMs: number }[] = [];
  const pacer = new Pacer({
    due: new DueTimes([{ at: 0, rate: 10 }], 1000),
    startMs: 100,
    nowMs: () => now,
    begin: (dueMs) => begun.push({ dueMs, atMs: now }),
  });
  const advance = (ms: number) => {
    now += ms;
    vi.advanceTimersByTime(ms);
  };
  pacer.start();
  expect(begun).toEqual([]);
  advance(100);
  advance(100);
  expect(begun.map(({ dueMs }) => dueMs)).toEqual([200]);
  // The generator stands still for half a second.
  now += 500;
  vi.advanceTimersByTime(100);
  expect(begun.slice(1).map(({ dueMs }) => dueMs)).toEqual([300, 400, 500, 600, 700]);
  expect(begun.at(-1)?.atMs).toBe(700);
  pacer.stop();
  advance(5000);
  expect(begun).toHaveLength(6);
});
