import { expect, it } from 'vitest';
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
  const drawn: number[] = [];
  const random = () => {
    drawn.push(drawn.length);
    return 0;
  };
  const failing = async () => {
    throw new Error('always');
  };
  await expect(withRetries(failing, { ...OPTIONS, tries: 5, random })).rejects.toThrow('always');
  expect(drawn).toHaveLength(4);
});
