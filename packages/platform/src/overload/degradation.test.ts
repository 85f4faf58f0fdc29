import { describe, expect, it } from 'vitest';
import { createHysteresis, type DegradationLevel } from './degradation.ts';

/** Feeds one sample per second. */
function levels(seen: readonly number[]): number[] {
  const rule = createHysteresis({ ticksUp: 3, calmMs: 10_000 });
  return seen.map((level, second) => rule.feed(level as DegradationLevel, second * 1000));
}
const times = (count: number, level: number) => Array<number>(count).fill(level);

describe('degradation', () => {
  it('DEG-23: a level is entered after three samples in a row, at the lowest of them', () => {
    expect(levels([2, 2, 0, 2, 2, 2])).toEqual([0, 0, 0, 0, 0, 2]);
    expect(levels([3, 1, 2, 3, 3])).toEqual([0, 0, 1, 1, 2]);
  });

  it('DEG-23: it ends after ten quiet seconds, and falls to the highest level among them', () => {
    const quiet = levels([...times(3, 3), ...times(11, 0)]);
    expect(quiet.slice(2, 13)).toEqual(times(11, 3));
    expect(quiet.at(-1)).toBe(0);
    expect(levels([...times(3, 3), ...times(11, 1)]).at(-1)).toBe(1);
  });

  it('DEG-23: load that returns within ten seconds keeps its level', () => {
    const swinging = levels([...times(3, 2), ...times(8, 0), 2, ...times(8, 0), 2, ...times(8, 0)]);
    expect(swinging.slice(2)).toEqual(times(swinging.length - 2, 2));
  });
});
