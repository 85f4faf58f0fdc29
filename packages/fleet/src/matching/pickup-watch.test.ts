import { describe, expect, it } from 'vitest';
import { type PickupWatch, WATCH_RULES, watchPickup } from './pickup-watch.ts';

/** Metres to the pick-up at each check; null: no position is known; a pair: with the age of the fix in seconds. */
type Check = number | null | readonly [metres: number, ageSeconds: number];

function watched(checks: readonly Check[]): PickupWatch[] {
  let watch: PickupWatch | null = null;
  return checks.map((check, index) => {
    const at = index * WATCH_RULES.tickMs;
    const [metres, ageSeconds] = Array.isArray(check) ? check : [check as number | null, 5];
    watch = watchPickup(watch, { at, metres, fixAt: metres === null ? null : at - ageSeconds * 1000 });
    return watch;
  });
}

const states = (checks: readonly Check[]) => watched(checks).map(({ state }) => state);
const actions = (checks: readonly Check[]) =>
  watched(checks).flatMap(({ action }, at) => (action === 'none' ? [] : [`${action} at ${at * 20} s`]));
const still = (ticks: number, metres = 2000): Check[] => Array.from({ length: ticks }, () => metres);

describe('pickup-watch', () => {
  it.each<[string, Check[], string[]]>([
    ['approaches', [2000, 1900, 1800], ['progressing', 'progressing', 'progressing']],
    ['stands still', [2000, 2000, 1990], ['progressing', 'stalled', 'stalled']],
    [
      'creeps: 50 m in three checks',
      [2000, 1980, 1960, 1950],
      ['progressing', 'stalled', 'stalled', 'progressing'],
    ],
    ['drives away', [2000, 2060, 2100], ['progressing', 'retreating', 'retreating']],
    ['has sent no fix for two checks', [2000, [1900, 41]], ['progressing', 'dark']],
    ['has sent a fix just in time', [2000, [1900, 40]], ['progressing', 'progressing']],
    ['has no known position', [null, null], ['dark', 'dark']],
    ['has a position only later', [null, 2000, 1900], ['dark', 'progressing', 'progressing']],
    ['waits at the pick-up', [140, 140, 145], ['progressing', 'progressing', 'progressing']],
  ])('MATCH-29: a driver who %s', (_, checks, expected) => {
    expect(states(checks)).toEqual(expected);
  });

  it.each<[string, Check[], string[]]>([
    ['nothing while the driver approaches', [2000, 1900, 1800, 1700, 1600, 1500], []],
    ['nothing after two bad checks', still(3), []],
    ['one warning after 60 s of bad checks', still(8), ['warn at 80 s']],
    ['a reassignment after 180 s of bad checks', still(11), ['warn at 80 s', 'reassign at 200 s']],
    ['a restart of the count after progress', [...still(4), 1900, ...still(4, 1900)], ['warn at 160 s']],
    [
      'the same for a driver who went dark',
      [2000, ...Array.from({ length: 10 }, () => null)],
      ['warn at 80 s', 'reassign at 200 s'],
    ],
    [
      'the same for a driver who drives away',
      Array.from({ length: 11 }, (_, at) => 2000 + at * 60),
      ['warn at 80 s', 'reassign at 200 s'],
    ],
  ])('MATCH-29: results in %s', (_, checks, expected) => {
    expect(actions(checks)).toEqual(expected);
  });

  it('MATCH-29: counts bad checks as well as time: a single check after a long pause does not reassign', () => {
    const first = watchPickup(null, { at: 0, metres: 2000, fixAt: 0 });
    const second = watchPickup(first, { at: 20_000, metres: 2000, fixAt: 20_000 });
    const late = watchPickup(second, { at: 900_000, metres: 2000, fixAt: 900_000 });
    expect(late).toMatchObject({ badTicks: 2, action: 'none' });
    expect(watchPickup(late, { at: 920_000, metres: 2000, fixAt: 920_000 }).action).toBe('reassign');
  });
});
