import { formatNumber } from '../page/browser/format-value.js';
import type { ComparisonRow } from './comparison.ts';

export interface Difference {
  /** `−43 %`, `2.1 times`; a dash where there is nothing to compare with. */
  readonly text: string;
  readonly verdict: 'better' | 'worse' | 'equal' | null;
}

/** A single run repeats its own figures no more closely than that. */
const NOISE_SHARE = 0.05;
/** From here on a factor reads better than a percentage. */
const LEAST_FACTOR = 2;

/** How a report differs from the first one. */
export function differenceOf({ better, values }: ComparisonRow, at: number): Difference {
  const first = values[0] ?? null;
  const value = values[at] ?? null;
  if (first === null || value === null) return { text: '–', verdict: null };
  if (first === value) return { text: 'equal', verdict: 'equal' };
  if (first === 0) return { text: 'from 0', verdict: verdictOf(better, value > first) };
  const factor = value / first;
  const verdict = Math.abs(factor - 1) <= NOISE_SHARE ? 'equal' : verdictOf(better, factor > 1);
  const percent = (factor - 1) * 100;
  const text =
    factor >= LEAST_FACTOR
      ? `${formatNumber(factor)} times`
      : `${percent < 0 ? '−' : '+'}${formatNumber(Math.abs(percent))} %`;
  return { text, verdict };
}

const verdictOf = (better: ComparisonRow['better'], isHigher: boolean): Difference['verdict'] =>
  better === null ? null : (better === 'higher') === isHigher ? 'better' : 'worse';
