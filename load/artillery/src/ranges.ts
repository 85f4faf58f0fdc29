/** Most ranges of one journal entry. */
const MOST_RANGES = 1000;

/** Inclusive ranges of numbers, rising; those beyond the limit of a journal's entry are joined into the last one. */
export function rangesOf(numbers: Iterable<number>): [number, number][] {
  const ranges: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && (number <= last[1] + 1 || ranges.length >= MOST_RANGES)) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}
