import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Points } from '../run-report.ts';
import { downsample } from './downsample.ts';

const series = fc
  .array(fc.tuple(fc.nat(5000), fc.option(fc.integer({ min: -1000, max: 1000 }), { freq: 4 })), {
    minLength: 1,
    maxLength: 3000,
  })
  .map((steps): Points => {
    let atMs = 0;
    return steps.map(([step, value]) => {
      atMs += step;
      return [atMs, value];
    });
  });
const limit = fc.integer({ min: 5, max: 400 });
const values = (points: Points) => points.flatMap(([, value]) => value ?? []);

test('LOAD-28: a downsampled series has at most the points asked for, each of them one of the series, in order', () => {
  fc.assert(
    fc.property(series, limit, (points, most) => {
      const kept = downsample(points, most);
      expect(kept.length).toBeLessThanOrEqual(most);
      let from = 0;
      for (const point of kept) {
        const at = points.indexOf(point, from);
        expect(at).toBeGreaterThanOrEqual(from);
        from = at + 1;
      }
    }),
  );
});

test('LOAD-28: extremes, first and last value stay, and a series with a gap keeps one', () => {
  fc.assert(
    fc.property(series, limit, (points, most) => {
      const all = values(points);
      const kept = values(downsample(points, most));
      expect(kept.length > 0).toBe(all.length > 0);
      if (all.length > 0) {
        expect(Math.max(...kept)).toBe(Math.max(...all));
        expect(Math.min(...kept)).toBe(Math.min(...all));
        expect([kept[0], kept.at(-1)]).toEqual([all[0], all.at(-1)]);
      }
      const hasGap = (some: Points) => some.some(([, value]) => value === null);
      expect(hasGap(downsample(points, most))).toBe(hasGap(points));
    }),
  );
});

test('LOAD-28: a single peak of one point in 100,000 stays at its instant', () => {
  const points: Points = Array.from({ length: 100_000 }, (_, at) => [at, at === 54_321 ? 900 : 1]);
  expect(downsample(points, 200)).toContainEqual([54_321, 900]);
});

test('LOAD-28: all points at one instant are no endless bucket', () => {
  const points: Points = Array.from({ length: 1000 }, (_, at) => [5, at]);
  const kept = downsample(points, 50);
  expect(kept.length).toBeLessThanOrEqual(50);
  expect(values(kept)).toEqual(expect.arrayContaining([0, 999]));
});
