import { TRIP_ENDS, TRIP_STATES } from '@rideline/contract';
import { expect, test } from 'vitest';
import { hasTripRight, phaseOf, TRIP_PHASES, TRIP_RIGHTS, TRIP_VIEWERS } from './trip-rights.ts';

const statesWith = (viewer: (typeof TRIP_VIEWERS)[number], right: Parameters<typeof hasTripRight>[2]) =>
  TRIP_STATES.filter((state) => hasTripRight(viewer, state, right));

test('TRACK-34: every state is in one phase, and every end in the last', () => {
  expect(new Set(TRIP_STATES.map(phaseOf))).toEqual(new Set(TRIP_PHASES));
  expect(TRIP_STATES.filter((state) => phaseOf(state) === 'ended')).toEqual(TRIP_ENDS);
});

test('TRACK-34: a position is shown to the rider and to shares only, and only while a driver has the trip', () => {
  const withDriver = ['accepted', 'arrived', 'in_progress', 'at_stop'];
  for (const viewer of ['rider', 'share'] as const)
    expect(statesWith(viewer, 'position')).toEqual(withDriver);
  for (const viewer of ['driver', 'operator', 'stranger'] as const)
    expect([...statesWith(viewer, 'position'), ...statesWith(viewer, 'follow')]).toEqual([]);
});

test('TRACK-34: a share can do no more than the rider who made it, has no places, and nothing after the end', () => {
  for (const phase of TRIP_PHASES) {
    const rider: readonly string[] = TRIP_RIGHTS.rider[phase];
    expect(TRIP_RIGHTS.share[phase].filter((right) => !rider.includes(right))).toEqual([]);
  }
  expect([
    ...statesWith('share', 'route'),
    ...statesWith('share', 'read'),
    ...statesWith('share', 'watchers'),
  ]).toEqual([]);
  expect(TRIP_RIGHTS.share.ended).toEqual([]);
});

test('TRACK-34: strangers have no right; a driver has none before they have accepted', () => {
  for (const phase of TRIP_PHASES) expect(TRIP_RIGHTS.stranger[phase]).toEqual([]);
  expect([...TRIP_RIGHTS.driver.waiting, ...TRIP_RIGHTS.driver.offered]).toEqual([]);
  expect(Object.keys(TRIP_RIGHTS).sort()).toEqual([...TRIP_VIEWERS].sort());
});
