import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FixBuffer } from './fix-buffer.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const recording = (options: { waitMs: number; most?: number }) => {
  const batches: number[][] = [];
  const buffer = new FixBuffer<number>(async (documents) => {
    batches.push([...documents]);
  }, options);
  return { batches, buffer };
};

test('documents are stored together, a time after the first one', async () => {
  const { batches, buffer } = recording({ waitMs: 30_000 });
  buffer.add(1);
  await vi.advanceTimersByTimeAsync(29_000);
  buffer.add(2);
  expect(batches).toEqual([]);
  expect(buffer.stored).toBe(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(batches).toEqual([[1, 2]]);
  expect(buffer.stored).toBe(2);
});

test('a full buffer does not wait, and its timer does not store the next documents early', async () => {
  const { batches, buffer } = recording({ waitMs: 1000, most: 2 });
  for (const document of [1, 2]) buffer.add(document);
  await vi.advanceTimersByTimeAsync(500);
  buffer.add(3);
  await vi.advanceTimersByTimeAsync(999);
  expect(batches).toEqual([[1, 2]]);
  await vi.advanceTimersByTimeAsync(1);
  expect(batches).toEqual([[1, 2], [3]]);
});

test('flush resolves when all is stored, what was under way included', async () => {
  const { batches, buffer } = recording({ waitMs: 1000, most: 2 });
  for (const document of [1, 2, 3]) buffer.add(document);
  await buffer.flush();
  expect(batches).toEqual([[1, 2], [3]]);
  expect(buffer.stored).toBe(3);
  await buffer.flush();
  expect(batches).toHaveLength(2);
});
