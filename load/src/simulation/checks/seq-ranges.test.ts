import type { SeqRange } from '@rideline/contract';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countOf, inBoth, merged, without } from './seq-ranges.ts';

const ranges = fc.array(
  fc.tuple(fc.nat(60), fc.nat(8)).map(([from, length]): SeqRange => [from, from + length]),
  { maxLength: 12 },
);
const seqsOf = (list: readonly SeqRange[]) =>
  new Set(list.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index)));

it('LOAD-56: ranges of seqs are the sets that they stand for, merged and in order', () => {
  fc.assert(
    fc.property(ranges, ranges, (one, other) => {
      const [a, b] = [seqsOf(one), seqsOf(other)];
      expect(seqsOf(merged(one))).toEqual(a);
      expect(countOf(one)).toBe(a.size);
      expect(seqsOf(without(one, other))).toEqual(new Set([...a].filter((seq) => !b.has(seq))));
      expect(seqsOf(inBoth(one, other))).toEqual(new Set([...a].filter((seq) => b.has(seq))));
      for (const result of [merged(one), without(one, other), inBoth(one, other)])
        for (const [index, [from, to]] of result.entries()) {
          expect(from).toBeLessThanOrEqual(to);
          if (index > 0) expect(from).toBeGreaterThan((result[index - 1]?.[1] ?? 0) + 1);
        }
    }),
    { seed: 56, numRuns: 500 },
  );
});

it('LOAD-56: a range of four billion seqs takes no more memory than one of two', () => {
  expect(without([[0, 2 ** 32 - 1]], [[5, 5]])).toEqual([
    [0, 4],
    [6, 2 ** 32 - 1],
  ]);
});
