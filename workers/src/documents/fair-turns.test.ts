import { expect, it } from 'vitest';
import { createFairTurns } from './fair-turns.ts';

const turnsOf = (most: number, mostPerOwner: number, mostWaiting = 100) =>
  createFairTurns({ most, mostPerOwner, mostWaiting, refused: (why) => new Error(why) });

/** Takes one turn for each letter and notes the order in which they start. */
function start(turns: ReturnType<typeof turnsOf>, owners: string) {
  const order: string[] = [];
  const ends: (() => void)[] = [];
  for (const owner of owners)
    void turns.take(owner).then((end) => {
      order.push(owner);
      ends.push(end);
    });
  return { order, ends };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

it('DOC-47: one owner leaves turns to others, also to those who come later', async () => {
  const turns = turnsOf(3, 2);
  const { order } = start(turns, 'aaaaaa');
  await settle();
  expect(order.join('')).toBe('aa');
  const { order: later } = start(turns, 'bb');
  await settle();
  expect(later.join('')).toBe('b');
});

it('DOC-47: owners who wait are served round robin', async () => {
  const turns = turnsOf(1, 1);
  const { order, ends } = start(turns, 'aaaabbc');
  for (let ended = 0; ended < 7; ended += 1) {
    await settle();
    ends[ended]?.();
    ends[ended]?.();
  }
  await settle();
  expect(order.join('')).toBe('abcabaa');
});

it('DOC-47: the line is bounded, and closing refuses all of it', async () => {
  const turns = turnsOf(1, 1, 2);
  await turns.take('a');
  const waiting = [turns.take('a'), turns.take('b')].map((turn) => expect(turn).rejects.toThrow('closed'));
  await expect(turns.take('c')).rejects.toThrow('full');
  turns.close();
  await Promise.all(waiting);
  await expect(turns.take('a')).rejects.toThrow('closed');
});
