import { afterEach, expect, it, vi } from 'vitest';
import { createDebounce } from './debounce.ts';

afterEach(() => vi.useRealTimers());

it('MAP-25: of rows selected in quick succession only the first and the last are requested', () => {
  vi.useFakeTimers({ now: 0 });
  const debounce = createDebounce(Date.now);
  const requested: number[] = [];
  for (let row = 0; row < 30; row += 1) {
    debounce.run(() => requested.push(row));
    vi.advanceTimersByTime(33);
  }
  expect(requested).toEqual([0]);
  vi.advanceTimersByTime(250);
  expect(requested).toEqual([0, 29]);
  vi.advanceTimersByTime(250);
  debounce.run(() => requested.push(30));
  expect(requested).toEqual([0, 29, 30]);
  debounce.run(() => requested.push(31));
  debounce.stop();
  vi.advanceTimersByTime(1000);
  expect(requested).toEqual([0, 29, 30]);
});
