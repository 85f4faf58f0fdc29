import { expect, it } from 'vitest';
import { offerLeftMs, shareLeft } from './offer-time.ts';

it('APP-5: the countdown is in the time of the person, also in a replay, and never below nothing', () => {
  expect(offerLeftMs(115_000, 100_000, 1)).toBe(15_000);
  expect(offerLeftMs(115_000, 100_000, 10)).toBe(1500);
  expect(offerLeftMs(100_000, 115_000, 1)).toBe(0);
  expect([shareLeft(7500, 15_000), shareLeft(16_000, 15_000), shareLeft(1, 0)]).toEqual([0.5, 1, 0]);
});
