import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AckWheel } from './ack-wheel.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('FIX-5: a connection is told one interval after it had something to say, once, and again when it has more', () => {
  const wheel = new AckWheel(1000);
  wheel.start();
  const told: number[] = [];
  const startedAt = Date.now();
  const connection = { ackScheduled: false, ackDue: () => told.push(Date.now() - startedAt) };
  vi.advanceTimersByTime(250);
  wheel.schedule(connection);
  wheel.schedule(connection);
  vi.advanceTimersByTime(5000);
  expect(told).toEqual([1200]);
  wheel.schedule(connection);
  vi.advanceTimersByTime(5000);
  expect(told).toEqual([1200, 6200]);
  wheel.stop();
});
