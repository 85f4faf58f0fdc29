import { expect, it } from 'vitest';
import type { Trip } from '../driver/driver-client.ts';
import { mainAction } from './driver-actions.ts';

it('APP-4: each state of a ride has one next step, with its stops in between', () => {
  const next = (state: string, stopsDone = 0) =>
    mainAction({ state, stops: [{ lat: 0, lng: 0 }], stopsDone } as unknown as Trip);
  expect([
    next('accepted'),
    next('arrived'),
    next('in_progress'),
    next('at_stop', 1),
    next('in_progress', 1),
    next('completed'),
  ]).toEqual(['arrived', 'start', 'stop_reached', 'resume', 'complete', null]);
});
