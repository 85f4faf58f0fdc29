import { expect, it } from 'vitest';
import { untilSettled } from './settling.ts';

const options = (untilMs: number) => ({
  untilMs,
  onProgress: () => undefined,
  signal: AbortSignal.timeout(30_000),
});

it('LOAD-58: what is not settled is read again, in batches, and what is settled is not', async () => {
  const reads = new Map<number, number>();
  const lasts: boolean[] = [];
  const items = Array.from({ length: 25 }, (_, index) => index);
  await untilSettled(
    'things',
    items,
    10,
    async (batch, isLast) => {
      expect(batch.length).toBeLessThanOrEqual(10);
      lasts.push(isLast);
      for (const item of batch) reads.set(item, (reads.get(item) ?? 0) + 1);
      return batch.filter((item) => item % 10 === 3 && reads.get(item) === 1);
    },
    options(Date.now() + 20_000),
  );
  expect([...reads].filter(([, count]) => count === 2).map(([item]) => item)).toEqual([3, 13, 23]);
  expect(reads.size).toBe(25);
  expect(lasts.every((last) => !last)).toBe(true);
});

it('LOAD-58: when time is up everything is judged as it is, once', async () => {
  const seen: [number, boolean][] = [];
  await untilSettled(
    'things',
    [1, 2],
    1,
    async ([item = 0], isLast) => {
      seen.push([item, isLast]);
      return [item];
    },
    options(0),
  );
  expect(seen).toEqual([
    [1, true],
    [2, true],
  ]);
});

it('LOAD-62: a read that fails ends the reading: no further batch is begun', async () => {
  let begun = 0;
  const reading = untilSettled(
    'things',
    Array.from({ length: 1000 }, (_, index) => index),
    1,
    async () => {
      begun += 1;
      throw new Error('the API is away');
    },
    options(Date.now() + 20_000),
  );
  await expect(reading).rejects.toThrow('the API is away');
  expect(begun).toBeLessThanOrEqual(4);
});
