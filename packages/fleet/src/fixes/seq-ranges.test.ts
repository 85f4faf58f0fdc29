import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeqRanges } from './seq-ranges.ts';

const seq = fc.nat(120);

describe('seq-ranges', () => {
  it('FIX-4: equals a plain set, in whatever order seqs are added', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(seq, fc.tuple(seq, fc.nat(10))), { maxLength: 80 }),
        seq,
        seq,
        (added, a, b) => {
          const model = new Set<number>();
          const ranges = new SeqRanges();
          for (const item of added) {
            const [from, length] = typeof item === 'number' ? [item, 0] : item;
            if (typeof item === 'number') ranges.add(item);
            else ranges.addRange(from, from + length);
            for (let n = from; n <= from + length; n++) model.add(n);
          }
          const [from, to] = [Math.min(a, b), Math.max(a, b)];
          const missing = new Set<number>();
          for (const [first, last] of ranges.gaps(from, to))
            for (let n = first; n <= last; n++) missing.add(n);
          for (let n = from; n <= to; n++) {
            expect(ranges.has(n)).toBe(model.has(n));
            expect(missing.has(n)).toBe(!model.has(n));
          }
          let end = from - 1;
          while (model.has(end + 1)) end++;
          expect(ranges.prefixEnd(from)).toBe(end);
          expect(ranges.highest).toBe(Math.max(-1, ...model));
          expect(SeqRanges.from(ranges.toJSON()).toJSON()).toEqual(ranges.toJSON());
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  it('FIX-4: a full set drops its lowest range and never holds a seq that was not added', () => {
    const ranges = new SeqRanges(2);
    for (const n of [1, 3, 5]) ranges.add(n);
    expect(ranges.toJSON()).toEqual([
      [3, 3],
      [5, 5],
    ]);
  });
});
