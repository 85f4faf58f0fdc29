import { afterEach, expect, it, vi } from 'vitest';
import { createSettling } from './debounce.ts';

afterEach(() => vi.useRealTimers());

it('MAP-25: of rows that are walked over quickly only the first and the last are asked about', () => {
  vi.useFakeTimers({ now: 0 });
  const settling = createSettling(Date.now);
  const asked: number[] = [];
  for (let row = 0; row < 30; row += 1) {
    settling.run(() => asked.push(row));
    vi.advanceTimersByTime(33);
  }
  expect(asked).toEqual([0]);
  vi.advanceTimersByTime(250);
  expect(asked).toEqual([0, 29]);
  vi.advanceTimersByTime(250);
  settling.run(() => asked.push(30));
  expect(asked).toEqual([0, 29, 30]);
  settling.run(() => asked.push(31));
  settling.stop();
  vi.advanceTimersByTime(1000);
  expect(asked).toEqual([0, 29, 30]);
});
