import { expect, it, vi } from 'vitest';
import { withRetries } from './retry.ts';

const OPTIONS = { tries: 3, baseMs: 1, mostMs: 2, again: () => true };

it('DEG-22: retryable failures are retried up to the limit, and others are not', async () => {
  let calls = 0;
  const failing = async () => {
    calls += 1;
    throw new Error(`failure ${calls}`);
  };
  await expect(withRetries(failing, OPTIONS)).rejects.toThrow('failure 3');
  calls = 0;
  await expect(withRetries(failing, { ...OPTIONS, again: () => false })).rejects.toThrow('failure 1');
  calls = 0;
  const thirdTime = async () => {
    calls += 1;
    if (calls < 3) throw new Error('not yet');
    return calls;
  };
  expect(await withRetries(thirdTime, OPTIONS)).toBe(3);
});

it('DEG-22: waits are random below a bound that doubles', async () => {
  vi.useFakeTimers();
  try {
    const calledAt: number[] = [];
    const failing = async () => {
      calledAt.push(performance.now());
      throw new Error('always');
    };
    const waits = async (random: () => number) => {
      calledAt.length = 0;
      const bounded = { again: () => true, tries: 5, baseMs: 20, mostMs: 100, random };
      const outcome = expect(withRetries(failing, bounded)).rejects.toThrow('always');
      await vi.runAllTimersAsync();
      await outcome;
      return calledAt.slice(1).map((at, index) => Math.round(at - (calledAt[index] ?? 0)));
    };
    expect(await waits(() => 1)).toEqual([40, 80, 100, 100]);
    expect(await waits(() => 0.5)).toEqual([20, 40, 50, 50]);
  } finally {
    vi.useRealTimers();
  }
});
