import type { SeqRange } from '@rideline/contract';

/** Sets of seqs as inclusive ranges: a set of a million seqs without a hole is one pair of numbers. */

/** Ascending, disjoint, not adjacent. */
export function merged(ranges: readonly SeqRange[]): SeqRange[] {
  const result: SeqRange[] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (to < from) continue;
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

export function countOf(ranges: readonly SeqRange[]): number {
  return merged(ranges).reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

/** The seqs of `ranges` that are not in `removed`. */
export function without(ranges: readonly SeqRange[], removed: readonly SeqRange[]): SeqRange[] {
  const holes = merged(removed);
  let at = 0;
  const result: SeqRange[] = [];
  for (const [from, to] of merged(ranges)) {
    let start = from;
    while (at < holes.length && (holes[at] as SeqRange)[1] < start) at += 1;
    for (let hole = at; hole < holes.length; hole += 1) {
      const [holeFrom, holeTo] = holes[hole] as SeqRange;
      if (holeFrom > to) break;
      if (holeFrom > start) result.push([start, holeFrom - 1]);
      start = Math.max(start, holeTo + 1);
    }
    if (start <= to) result.push([start, to]);
  }
  return result;
}

/** The seqs that are in both. */
export function inBoth(ranges: readonly SeqRange[], others: readonly SeqRange[]): SeqRange[] {
  return without(ranges, without(ranges, others));
}
