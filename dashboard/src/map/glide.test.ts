import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Glide, glideTo, restAt, shownAt } from './glide.ts';

describe('glide', () => {
  it('MAP-3: a car moves evenly from where it is shown to its newest fix, and stops there', () => {
    const glide = glideTo(restAt(0.5, 0.5, 0), 0.50001, 0.5, 1000, 0);
    expect(shownAt(glide, 0)).toMatchObject({ x: 0.5, moving: true });
    expect(shownAt(glide, 500).x).toBeCloseTo(0.500005, 9);
    expect(shownAt(glide, 1000)).toEqual({ x: 0.50001, y: 0.5, moving: false, heading: null });
    expect(shownAt(glide, 60_000).x).toBe(0.50001);
  });

  it('MAP-3: a fix that arrives during a glide is reached through the one before it', () => {
    const first = glideTo(restAt(0, 0, 0), 1e-5, 0, 1000, 0);
    const second = glideTo(first, 1e-5, 1e-5, 1000, 500);
    // Half of the first leg and the whole second one are left: the corner is passed after a third of the time.
    expect(shownAt(second, 500).x).toBeCloseTo(0.5e-5, 12);
    const corner = shownAt(second, 500 + 1000 / 3);
    expect(corner.x).toBeCloseTo(1e-5, 12);
    expect(corner.y).toBeCloseTo(0, 12);
    expect(shownAt(second, 1500)).toMatchObject({ x: 1e-5, y: 1e-5, moving: false });
  });

  it('MAP-3: a glide takes at most 5 s, however long the car was silent; a long jump is not animated', () => {
    expect(shownAt(glideTo(restAt(0, 0, 0), 1e-5, 0, 600_000, 0), 5000).moving).toBe(false);
    expect(shownAt(glideTo(restAt(0, 0, 0), 0.01, 0, 4000, 0), 0)).toMatchObject({ x: 0.01, moving: false });
    expect(shownAt(glideTo(restAt(0, 0, 0), 1e-5, 0, 0, 0), 0).moving).toBe(false);
  });

  it('MAP-3: the direction of the leg is given in degrees from north', () => {
    const east = shownAt(glideTo(restAt(0, 0, 0), 1e-5, 0, 1000, 0), 10).heading;
    const south = shownAt(glideTo(restAt(0, 0, 0), 0, 1e-5, 1000, 0), 10).heading;
    expect([east, south]).toEqual([90, 180]);
  });

  it('MAP-3: on a straight line it never runs past the last fix and never backwards, whenever fixes arrive', () => {
    const step = fc.record({
      forward: fc.integer({ min: 0, max: 40 }),
      stepMs: fc.integer({ min: 0, max: 70_000 }),
      afterMs: fc.integer({ min: 0, max: 7000 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        let nowMs = 0;
        let last = 0;
        let shown = 0;
        let glide: Glide = restAt(0, 0, 0);
        for (const { forward, stepMs, afterMs } of steps) {
          last += forward * 1e-6;
          glide = glideTo(glide, last, 0, stepMs, nowMs);
          for (const part of [0, 0.3, 0.6, 1]) {
            const { x } = shownAt(glide, nowMs + afterMs * part);
            expect(x).toBeGreaterThanOrEqual(shown - 1e-15);
            expect(x).toBeLessThanOrEqual(last + 1e-15);
            shown = x;
          }
          nowMs += afterMs;
        }
        expect(shownAt(glide, nowMs + 5000).x).toBeCloseTo(last, 12);
      }),
    );
  });
});
