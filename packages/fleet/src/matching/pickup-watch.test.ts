import { describe, expect, it } from 'vitest';
import { type PickupWatch, WATCH_RULES, watchPickup } from './pickup-watch.ts';

/** Metres to the pick-up at each look; null: nothing is known; a pair: with the age of the fix in seconds. */
type Look = number | null | readonly [metres: number, ageSeconds: number];

function watched(looks: readonly Look[]): PickupWatch[] {
  let watch: PickupWatch | null = null;
  return looks.map((look, index) => {
    const at = index * WATCH_RULES.tickMs;
    const [metres, ageSeconds] = Array.isArray(look) ? look : [look as number | null, 5];
    watch = watchPickup(watch, { at, metres, heardAt: metres === null ? null : at - ageSeconds * 1000 });
    return watch;
  });
}

const states = (looks: readonly Look[]) => watched(looks).map(({ state }) => state);
const actions = (looks: readonly Look[]) =>
  watched(looks).flatMap(({ action }, at) => (action === 'none' ? [] : [`${action} at ${at * 20} s`]));
const still = (ticks: number, metres = 2000): Look[] => Array.from({ length: ticks }, () => metres);

describe('pickup-watch', () => {
  it.each<[string, Look[], string[]]>([
    ['comes nearer', [2000, 1900, 1800], ['progressing', 'progressing', 'progressing']],
    ['stands', [2000, 2000, 1990], ['progressing', 'stalled', 'stalled']],
    [
      'creeps: 50 m in three looks',
      [2000, 1980, 1960, 1950],
      ['progressing', 'stalled', 'stalled', 'progressing'],
    ],
    ['drives away', [2000, 2060, 2100], ['progressing', 'retreating', 'retreating']],
    ['was not heard for two looks', [2000, [1900, 41]], ['progressing', 'dark']],
    ['was heard just in time', [2000, [1900, 40]], ['progressing', 'progressing']],
    ['is not known at all', [null, null], ['dark', 'dark']],
    ['is known only later', [null, 2000, 1900], ['dark', 'progressing', 'progressing']],
    ['waits at the pick-up', [140, 140, 145], ['progressing', 'progressing', 'progressing']],
  ])('MATCH-29: a driver who %s', (_, looks, expected) => {
    expect(states(looks)).toEqual(expected);
  });

  it.each<[string, Look[], string[]]>([
    ['nothing, while he comes nearer', [2000, 1900, 1800, 1700, 1600, 1500], []],
    ['nothing after two bad looks', still(3), []],
    ['a warning after 60 s of bad looks, once', still(8), ['warn at 80 s']],
    ['the end after 180 s of them', still(11), ['warn at 80 s', 'reassign at 200 s']],
    ['a new start after progress', [...still(4), 1900, ...still(4, 1900)], ['warn at 160 s']],
    [
      'the same for one who went dark',
      [2000, ...Array.from({ length: 10 }, () => null)],
      ['warn at 80 s', 'reassign at 200 s'],
    ],
    [
      'and for one who drives away',
      Array.from({ length: 11 }, (_, at) => 2000 + at * 60),
      ['warn at 80 s', 'reassign at 200 s'],
    ],
  ])('MATCH-29: brings %s', (_, looks, expected) => {
    expect(actions(looks)).toEqual(expected);
  });

  it('MATCH-29: counts bad looks, not only time: one look after a long pause reassigns nobody', () => {
    const first = watchPickup(null, { at: 0, metres: 2000, heardAt: 0 });
    const second = watchPickup(first, { at: 20_000, metres: 2000, heardAt: 20_000 });
    const late = watchPickup(second, { at: 900_000, metres: 2000, heardAt: 900_000 });
    expect(late).toMatchObject({ badTicks: 2, action: 'none' });
    expect(watchPickup(late, { at: 920_000, metres: 2000, heardAt: 920_000 }).action).toBe('reassign');
  });
});
