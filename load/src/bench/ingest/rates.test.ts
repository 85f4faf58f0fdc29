import { describe, expect, test } from 'vitest';
import { commonRate, type HeldEvidence, heldRate, plannedRuns, type RateTry, whyNotHeld } from './rates.ts';
import { COMPARISONS, nameOf, VARIANTS, type Variant } from './variants.ts';

const HELD: HeldEvidence = {
  frames: 10_000,
  framesLate: 0,
  refused: 0,
  closed: 0,
  hasRiders: true,
  riderP99Ms: 25,
  unacknowledged: 0,
  finished: true,
};
const tried = (variant: Variant, rates: readonly number[]): RateTry[] =>
  rates.map((framesPerSecond, index) => ({
    variant: nameOf(variant),
    framesPerSecond,
    reasons: index === rates.length - 1 ? [] : ['not finished within 15 s'],
  }));

describe('OPS-100: both sides of a comparison run at one rate, which both hold', () => {
  test.each<[string, Partial<HeldEvidence>]>([
    ['1.0 % late in the generator', { framesLate: 101 }],
    ['3 frames refused', { refused: 3 }],
    ['1 sockets lost', { closed: 1 }],
    ['7 acknowledgements missing', { unacknowledged: 7 }],
    ['not finished within 15 s', { finished: false }],
    ['rider p99 600 ms', { riderP99Ms: 600 }],
  ])('a rate is not held: %s', (reason, evidence) => {
    expect(whyNotHeld(HELD)).toEqual([]);
    expect(whyNotHeld({ ...HELD, ...evidence })).toEqual([reason]);
  });

  test('a stack without riders is not asked for positions', () => {
    expect(whyNotHeld({ ...HELD, hasRiders: false, riderP99Ms: Number.NaN })).toEqual([]);
  });

  test('the slower side decides, and a variant runs once at each rate that it is needed at', () => {
    const tries = VARIANTS.flatMap((variant) =>
      tried(variant, variant.stack === 'textbook + create' ? [4000, 2000, 1000] : [4000]),
    );
    const planned = plannedRuns(tries).map(
      ({ variant, framesPerSecond }) => `${nameOf(variant)} ${framesPerSecond}`,
    );
    expect(new Set(planned).size).toBe(planned.length);
    expect(planned).toContain('ours, 1 fix, ack 4000');
    expect(planned).toContain('ours, 1 fix, ack 1000');
    expect(planned).toContain('textbook + create, 1 fix, ack 1000');
    expect(planned).not.toContain('textbook + create, 1 fix, ack 4000');
    for (const comparison of COMPARISONS) {
      const rate = commonRate(tries, comparison);
      for (const side of [comparison.above, comparison.below])
        expect(planned).toContain(`${nameOf(side)} ${rate}`);
    }
  });

  test('what held no rate is not compared', () => {
    const tries = VARIANTS.flatMap((variant) =>
      variant.stack === '30 s batch'
        ? [{ variant: nameOf(variant), framesPerSecond: 250, reasons: ['2 sockets lost'] }]
        : tried(variant, [4000]),
    );
    expect(
      VARIANTS.filter(({ stack }) => stack === '30 s batch').map((each) => heldRate(tries, each)),
    ).toEqual([undefined, undefined]);
    expect(plannedRuns(tries).some(({ variant }) => variant.stack === '30 s batch')).toBe(false);
  });

  test('a comparison is like for like only with the same frames, the same acknowledgement and the same history', () => {
    for (const { kind, above, below, counts } of COMPARISONS) {
      if (kind === 'unlike') continue;
      expect([above.fixesPerFrame, above.acknowledged]).toEqual([below.fixesPerFrame, below.acknowledged]);
      const stores = ['textbook + create', 'textbook + insertMany', '30 s batch'].includes(above.stack);
      expect(counts === 'all').toBe(stores);
    }
    const firstUnlike = COMPARISONS.findIndex(({ kind }) => kind === 'unlike');
    expect(COMPARISONS.slice(firstUnlike).every(({ kind }) => kind === 'unlike')).toBe(true);
  });
});
