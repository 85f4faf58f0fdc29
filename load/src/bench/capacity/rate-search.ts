import { quantile } from '../spread.ts';
/** The outcome of one rate. */
export interface TriedRate {
  readonly rate: number;
  readonly held: boolean;
}

export interface SearchRange {
  /** Tried first; halved until a rate holds, doubled until one does not. */
  readonly first: number;
  readonly least: number;
  readonly most: number;
  /** The search ends when the lowest rate that failed is at most this many times the highest that held. */
  readonly precision: number;
  /** How often a rate may fail: a single hiccup of the machine proves little. */
  readonly tries: number;
}

const STEP = 100;
const roundDown = (rate: number) => Math.floor(rate / STEP) * STEP;

/** The lowest rate that failed as often as it may; Infinity when none did. */
function ceilingOf(tried: readonly TriedRate[], { tries }: SearchRange): number {
  const failures = new Map<number, number>();
  for (const { rate, held } of tried) if (!held) failures.set(rate, (failures.get(rate) ?? 0) + 1);
  const held = new Set(tried.filter((each) => each.held).map(({ rate }) => rate));
  const failed = [...failures].filter(([rate, count]) => count >= tries && !held.has(rate));
  return Math.min(Number.POSITIVE_INFINITY, ...failed.map(([rate]) => rate));
}

/** The highest rate that held and lies below every one that failed; 0 when there is none. */
export function highestHeld(tried: readonly TriedRate[], range: SearchRange): number {
  const ceiling = ceilingOf(tried, range);
  return Math.max(0, ...tried.filter(({ rate, held }) => held && rate < ceiling).map(({ rate }) => rate));
}

/** The rate to try next, or null when the highest one is known precisely enough. Doubles first, then halves the gap. */
export function nextRate(tried: readonly TriedRate[], range: SearchRange): number | null {
  const last = tried.at(-1);
  if (last === undefined) return range.first;
  const ceiling = ceilingOf(tried, range);
  if (!last.held && last.rate < ceiling) return last.rate;
  const floor = highestHeld(tried, range);
  if (floor === 0) {
    const lower = roundDown(ceiling / 2);
    return lower < range.least ? null : lower;
  }
  if (ceiling === Number.POSITIVE_INFINITY)
    return floor >= range.most ? null : Math.min(range.most, floor * 2);
  const middle = roundDown((floor + ceiling) / 2);
  return ceiling <= floor * range.precision || middle <= floor ? null : middle;
}

/** The backlog at two times of a run: medians of its middle and of its last third, entries of the fix streams. */
export interface Backlog {
  readonly middle: number;
  readonly last: number;
}

export function backlogOf(samples: readonly number[]): Backlog {
  const third = Math.floor(samples.length / 3);
  return { middle: medianOf(samples.slice(third, 2 * third)), last: medianOf(samples.slice(2 * third)) };
}

/** Blocks are written in waves: even an easy load leaves a backlog that differs by this factor from wave to wave. */
const WAVE = 1.25;

export const hasGrown = ({ middle, last }: Backlog): boolean => last > middle * WAVE;

const medianOf = (values: readonly number[]) => (values.length === 0 ? 0 : quantile(values, 0.5));
