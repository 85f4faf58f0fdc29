import { expect, it } from 'vitest';
import { isReplay } from './server-time.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');

it('APP-20: a recorded day differs from the present by its rate or its date, also at the speed of real time', () => {
  const at = (rate: number, now: number) => isReplay({ rate, now: () => now }, NOW);
  expect(at(1, NOW - 20 * 3_600_000)).toBe(false);
  expect(at(10, NOW)).toBe(true);
  expect(at(1, Date.parse('2008-06-07T01:00:00Z'))).toBe(true);
});
