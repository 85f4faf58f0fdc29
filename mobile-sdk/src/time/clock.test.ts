import { afterEach, expect, it, vi } from 'vitest';
import { deviceClock } from './clock.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('SDK-152: a time that is longer than a timer of the host can wait does not make it run at once', () => {
  vi.useFakeTimers();
  const ran: string[] = [];
  deviceClock.after(60 * 86_400_000, () => ran.push('a token of 86 days'));
  deviceClock.after(Number.POSITIVE_INFINITY, () => ran.push('never'));
  vi.advanceTimersByTime(24 * 86_400_000);
  expect(ran).toEqual([]);
});
