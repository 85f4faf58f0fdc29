import { expect, it } from 'vitest';
import { endedAt, isOpen, next, stateName, type TripState } from './trip.ts';

const started: TripState = { name: 'in_progress', startedAt: 1000 };
const completed: TripState = { name: 'completed', startedAt: 1000, completedAt: 2000 };

it('TRIP-1: a trip is imported into in_progress and completes; each state holds its own fields', () => {
  expect(next(null, { type: 'import', at: 1000 })).toEqual({ ok: true, state: started, event: 'imported' });
  expect(next(started, { type: 'complete', at: 2000 })).toEqual({
    ok: true,
    state: completed,
    event: 'completed',
  });
});

it.each([
  ['complete', null],
  ['complete', completed],
  ['import', started],
  ['import', completed],
] as const)('TRIP-1: %s is refused in %j', (type, state) => {
  expect(next(state, { type, at: 5 })).toMatchObject({ ok: false });
});

it('TRIP-1: an end before the start is taken as the start', () => {
  expect(next(started, { type: 'complete', at: 5 })).toMatchObject({
    state: { startedAt: 1000, completedAt: 1000 },
  });
});

it('TRIP-1: a trip is open until it has ended', () => {
  expect([started, completed].map((state) => [stateName(state), isOpen(state), endedAt(state)])).toEqual([
    ['in_progress', true, null],
    ['completed', false, 2000],
  ]);
});
