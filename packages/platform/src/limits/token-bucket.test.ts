import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket, tokenRate } from './token-bucket.ts';

describe('token-bucket', () => {
  it('LIM-1: an idle caller has its full burst, and then its rate', () => {
    const bucket = new TokenBucket(tokenRate(20, 40));
    const taken = (nowMs: number, tries: number) =>
      Array.from({ length: tries }, () => bucket.take(nowMs)).filter(Boolean).length;
    expect(taken(1_000_000, 100)).toBe(40);
    expect(taken(1_001_000, 100)).toBe(20);
    expect(taken(1_101_000, 100)).toBe(40);
  });

  it('LIM-1: a clock that is set back empties a bucket at most; it then grows at its rate', () => {
    const bucket = new TokenBucket(tokenRate(20, 40));
    const taken = (nowMs: number) =>
      Array.from({ length: 100 }, () => bucket.take(nowMs)).filter(Boolean).length;
    expect(taken(10_000_000)).toBe(40);
    expect(taken(1_000_000)).toBe(0);
    expect(taken(1_001_000)).toBe(20);
    const slow = new TokenBucket(tokenRate(20, 40));
    expect(slow.take(10_000_000)).toBe(true);
    expect(slow.take(1_000_000)).toBe(false);
    expect(slow.take(1_001_000)).toBe(true);
  });

  it('LIM-29: several tokens are taken together or not at all', () => {
    const bucket = new TokenBucket(tokenRate(20, 40));
    expect(bucket.take(1_000_000, 41)).toBe(false);
    expect(bucket.take(1_000_000, 30)).toBe(true);
    expect(bucket.take(1_000_000, 11)).toBe(false);
    expect(bucket.take(1_000_000, 10)).toBe(true);
    expect(bucket.take(1_000_999, 20)).toBe(false);
    expect(bucket.take(1_001_000, 20)).toBe(true);
  });

  it('LIM-1: over any interval no more pass than burst + rate × time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { minLength: 1, maxLength: 300 }), (steps) => {
        const bucket = new TokenBucket(tokenRate(20, 40));
        let nowMs = 1e6;
        let passed = 0;
        for (const step of steps) {
          nowMs += step;
          if (bucket.take(nowMs)) passed++;
        }
        expect(passed).toBeLessThanOrEqual(40 + ((nowMs - 1e6) / 1000) * 20 + 1);
      }),
      { seed: 1 },
    );
  });
});
