/** Inclusive range of sequence numbers. */
export type Range = readonly [from: number, to: number];

/**
 * A set of sequence numbers as sorted, disjoint, inclusive ranges. Adding in order is O(1): it extends the last range.
 * Bounded: past `maxRanges` the lowest range is dropped, so its numbers count as missing again. Merging the lowest two instead would
 * claim numbers that never arrived.
 */
export class SeqRanges {
  readonly #ranges: [number, number][] = [];
  readonly #maxRanges: number;

  constructor(maxRanges = 256) {
    this.#maxRanges = maxRanges;
  }

  static from(ranges: readonly Range[], maxRanges = 256): SeqRanges {
    const set = new SeqRanges(maxRanges);
    for (const [from, to] of ranges) set.addRange(from, to);
    return set;
  }

  add(seq: number): void {
    const last = this.#ranges.at(-1);
    if (last && seq === last[1] + 1) last[1] = seq;
    else if (!last || seq > last[1]) this.addRange(seq, seq);
    else if (seq < last[0]) this.addRange(seq, seq);
  }

  addRange(from: number, to: number): void {
    let start = this.#firstEndingAtOrAfter(from - 1);
    let mergedFrom = from;
    let mergedTo = to;
    let end = start;
    for (; end < this.#ranges.length; end++) {
      const range = this.#ranges[end];
      if (!range || range[0] > to + 1) break;
      mergedFrom = Math.min(mergedFrom, range[0]);
      mergedTo = Math.max(mergedTo, range[1]);
    }
    this.#ranges.splice(start, end - start, [mergedFrom, mergedTo]);
    start = this.#ranges.length - this.#maxRanges;
    if (start > 0) this.#ranges.splice(0, start);
  }

  has(seq: number): boolean {
    const range = this.#ranges[this.#firstEndingAtOrAfter(seq)];
    return range !== undefined && range[0] <= seq;
  }

  /** The highest number in the set, −1 when it is empty. */
  get highest(): number {
    return this.#ranges.at(-1)?.[1] ?? -1;
  }

  /** The last number of the unbroken run that begins at `from`, or `from − 1` when `from` is missing. */
  prefixEnd(from: number): number {
    const range = this.#ranges[this.#firstEndingAtOrAfter(from)];
    return range !== undefined && range[0] <= from ? range[1] : from - 1;
  }

  /** The missing ranges within [from, to], at most `limit` of them, lowest first. */
  gaps(from: number, to: number, limit = Number.POSITIVE_INFINITY): Range[] {
    const gaps: Range[] = [];
    let next = from;
    for (
      let index = this.#firstEndingAtOrAfter(from);
      index < this.#ranges.length && gaps.length < limit;
      index++
    ) {
      const range = this.#ranges[index];
      if (!range || range[0] > to) break;
      if (range[0] > next) gaps.push([next, range[0] - 1]);
      next = range[1] + 1;
    }
    if (next <= to && gaps.length < limit) gaps.push([next, to]);
    return gaps;
  }

  toJSON(): Range[] {
    return this.#ranges.map(([from, to]) => [from, to]);
  }

  #firstEndingAtOrAfter(seq: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle]?.[1] ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
