import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AckWheel } from './ack-wheel.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('FIX-5: an acknowledgement is due once, one interval after it was scheduled, and again when scheduled again', () => {
  const wheel = new AckWheel(1000);
  wheel.start();
  const dueAtMs: number[] = [];
  const startedAtMs = Date.now();
  const target = { ackScheduled: false, ackDue: () => dueAtMs.push(Date.now() - startedAtMs) };
  vi.advanceTimersByTime(250);
  wheel.schedule(target);
  wheel.schedule(target);
  vi.advanceTimersByTime(5000);
  expect(dueAtMs).toEqual([1200]);
  wheel.schedule(target);
  vi.advanceTimersByTime(5000);
  expect(dueAtMs).toEqual([1200, 6200]);
  wheel.stop();
});
