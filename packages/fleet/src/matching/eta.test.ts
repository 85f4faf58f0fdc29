import { describe, expect, it } from 'vitest';
import { METRES_PER_DEGREE } from '../geo/distance.ts';
import { aheadSeconds, crowFlySeconds, headingPenaltySeconds } from './eta.ts';

const pickup = { lat: 37.78, lng: -122.41 };
const south = { lat: 37.77, lng: -122.41 };

describe('eta', () => {
  it('MATCH-26: crow-fly time at the measured speed of the city', () => {
    expect(crowFlySeconds(4500)).toBe(1000);
    expect(crowFlySeconds(0)).toBe(0);
  });

  it.each([
    ['towards it', 0, 10, 0],
    ['away from it', 180, 10, 20],
    ['away, but slowly', 180, 5, 0],
    ['across', 90, 10, 0],
    ['just inside 120 degrees', 119, 10, 0],
    ['just beyond 120 degrees', 239, 10, 20],
    ['without a heading', null, 10, 0],
    ['without a speed', 180, null, 0],
  ])('MATCH-26: a driver south of the pick-up who drives %s', (_, heading, speed, seconds) => {
    expect(headingPenaltySeconds({ ...south, heading, speed }, pickup)).toBe(seconds);
  });

  it('MATCH-26: a driver on a ride needs the rest of it, 30 s, and the time from its drop-off', () => {
    const metres = 0.01 * METRES_PER_DEGREE;
    expect(aheadSeconds(120, south, pickup)).toBeCloseTo(120 + 30 + metres / 4.5, 3);
    expect(aheadSeconds(120, south, pickup, 400)).toBe(550);
  });
});
