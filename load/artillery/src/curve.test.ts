import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DueTimes } from './curve.ts';

const all = (due: DueTimes): number[] =>
  Array.from({ length: due.total }, (_, number) => due.at(number) ?? Number.NaN);

it('LOAD-2: a constant rate is due evenly, and a jump takes effect at once', () => {
  expect(all(new DueTimes([{ at: 0, rate: 2 }], 2000))).toEqual([500, 1000, 1500, 2000]);
  const jump = new DueTimes(
    [
      { at: 0.5, rate: 0 },
      { at: 0.5, rate: 4 },
    ],
    2000,
  );
  expect(all(jump)).toEqual([1250, 1500, 1750, 2000]);
});

it('LOAD-2: a ramp is due as often as the area below it, ever more densely', () => {
  const times = all(
    new DueTimes(
      [
        { at: 0, rate: 0 },
        { at: 1, rate: 20 },
      ],
      10_000,
    ),
  );
  expect(times).toHaveLength(100);
  // The first of a ramp from 0 by 2/s²: t²  = 1.
  expect(times[0]).toBeCloseTo(1000, 6);
  const gaps = times.map((at, index) => at - (times[index - 1] ?? 0));
  expect(gaps.every((gap, index) => index === 0 || gap < (gaps[index - 1] ?? 0))).toBe(true);
});

it('LOAD-2: of any curve as many operations are due by any time as its rates add up to', () => {
  const curves = fc
    .array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        rate: fc.double({ min: 0, max: 50, noNaN: true }),
      }),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    .map((points) => points.sort((a, b) => a.at - b.at));
  fc.assert(
    fc.property(curves, fc.integer({ min: 1000, max: 20_000 }), (curve, durationMs) => {
      const due = new DueTimes(curve, durationMs);
      const times = all(due);
      expect(
        times.every((at, index) => at >= 0 && at <= durationMs && at >= (times[index - 1] ?? 0) - 1e-6),
      ).toBe(true);
      // Compared with a sum of thin slices, which knows nothing of the formula.
      const slices = 2000;
      let sum = 0;
      for (let slice = 0; slice < slices; slice++)
        sum += (due.rateAt(((slice + 0.5) / slices) * durationMs) * durationMs) / slices / 1000;
      expect(Math.abs(due.total - sum)).toBeLessThan(1.5);
    }),
    { numRuns: 200 },
  );
});
