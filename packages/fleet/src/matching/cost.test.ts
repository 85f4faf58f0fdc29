import { describe, expect, it } from 'vitest';
import { type CostInput, pickupCost, unmatchedCost } from './cost.ts';

const plain: CostInput = {
  etaSeconds: 100,
  headingSeconds: 0,
  tierSteps: 0,
  idleSeconds: 0,
  acceptProbability: 1,
  recentCancels: 0,
};

describe('cost', () => {
  it.each([
    ['the time to the pick-up', {}, 100],
    ['20 s for turning around', { headingSeconds: 20 }, 120],
    ['60 s for each tier step', { tierSteps: 2 }, 220],
    ['a tenth of the idle time less than the ETA', { idleSeconds: 600 }, 40],
    ['at most 180 s less', { idleSeconds: 50_000 }, -80],
    ['15 s for a driver who never accepts', { acceptProbability: 0 }, 115],
    ['5 s for each trip cancelled by the driver', { recentCancels: 3 }, 115],
  ])('MATCH-25: a pair costs %s', (_, change, seconds) => {
    expect(pickupCost({ ...plain, ...change })).toBeCloseTo(seconds, 9);
  });

  it('MATCH-25: an unmatched trip costs far more than any pair, and slightly more with its age', () => {
    expect(unmatchedCost(0)).toBe(10_000);
    expect(unmatchedCost(30)).toBe(10_000.03);
    expect(unmatchedCost(-5)).toBe(10_000);
  });
});
