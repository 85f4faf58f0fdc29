import { expect, it } from 'vitest';
import { mapConcurrently } from './map-concurrently.ts';

it('MATCH-60: at most so many calls run at once, and one that takes long delays no other', async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  const slow = Promise.withResolvers<void>();
  const all = mapConcurrently([0, 1, 2, 3, 4, 5], 2, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await (item === 0 ? slow.promise : Promise.resolve());
    running -= 1;
    done.push(item);
    if (item === 5) slow.resolve();
  });
  await all;
  expect(done).toEqual([1, 2, 3, 4, 5, 0]);
  expect(most).toBe(2);
});

it('MATCH-60: after a failure no further item begins', async () => {
  const begun: number[] = [];
  const all = mapConcurrently([0, 1, 2, 3], 2, async (item) => {
    begun.push(item);
    await Promise.resolve();
    if (item === 0) throw new Error('first');
  });
  await expect(all).rejects.toThrow('first');
  expect(begun).toEqual([0, 1]);
});
