import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ageMs, manualClock, mappedClock, parseClockMapping } from './clock.ts';

describe('clock', () => {
  it('OPS-5: a mapped clock shows the replayed instant at its wall instant and runs at its rate', () => {
    const now = Date.now();
    const clock = mappedClock({ wallMs: now, domainMs: 1_212_800_400_000, rate: 10 });
    const domainMs = clock.domainMs();
    expect(domainMs).toBeGreaterThanOrEqual(1_212_800_400_000);
    expect((domainMs - 1_212_800_400_000) % 10).toBe(0);
  });

  it('OPS-5: the age of a fix is in wall time, whatever the rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 1e7 }), (rate, elapsedMs) => {
        const clock = manualClock(1e12, rate);
        const sentAt = clock.domainMs();
        clock.advance(elapsedMs);
        expect(ageMs(clock, sentAt)).toBeCloseTo(elapsedMs, 3);
      }),
      { seed: 1 },
    );
  });

  it.each(['', '1:2', '1:2:3:4', '1:x:3', '1:2:0', '1:2:-1'])(
    'OPS-5: "%s" is not a valid mapping',
    (text) => {
      expect(() => parseClockMapping(text)).toThrow(RangeError);
    },
  );
});
