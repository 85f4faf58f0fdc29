import { type Spread, spreadOf } from '../spread.ts';
import type { Target } from '../targets.ts';
import {
  FULL_BLOCK,
  HISTORY_VARIANTS,
  type HistoryResult,
  type HistoryRun,
  type HistoryVariant,
} from './run.ts';

/** Figures of one way of writing, over the rounds. */
export interface HistoryFigures {
  readonly variant: HistoryVariant;
  readonly fixesPerWrite: Spread;
  /** Stored; NaN where the rate was given. */
  readonly fixesPerSecond: Spread;
  readonly writesPerSecond: Spread;
  /** CPU µs per fix. */
  readonly writer: Spread;
  readonly mongo: Spread;
  readonly redis: Spread;
  readonly feeder: Spread;
  /** Fixes per second that one core of the writing process sustains. */
  readonly fixesPerCore: Spread;
}

export const TARGET_FIXES_PER_SECOND = 30_000;

export const MICROS = 1_000_000;

export function historyFigures({ runs }: HistoryResult): HistoryFigures[] {
  return HISTORY_VARIANTS.map((variant) => {
    const own = runs.filter((run) => run.variant === variant);
    const spread = (figure: (run: HistoryRun) => number) => spreadOf(own.map(figure));
    return {
      variant,
      fixesPerWrite: spread(({ fixes, writes }) => fixes / writes),
      fixesPerSecond: spread(({ fixesPerSecond }) => fixesPerSecond),
      writesPerSecond: spread(({ fixes, writes, fixesPerSecond }) => (fixesPerSecond * writes) / fixes),
      writer: spread(({ cpu, fixes }) => cpu.writer / fixes),
      mongo: spread(({ cpu, fixes }) => cpu.mongo / fixes),
      redis: spread(({ cpu, fixes }) => cpu.redis / fixes),
      feeder: spread(({ cpu, fixes }) => cpu.feeder / fixes),
      fixesPerCore: spread(({ cpu, fixes }) => (fixes * MICROS) / cpu.writer),
    };
  });
}

export const figureOf = (figures: readonly HistoryFigures[], variant: HistoryVariant) =>
  figures.find((each) => each.variant === variant) as HistoryFigures;

export const isStandin = ({ mongo }: HistoryResult): boolean => mongo === 'stand-in';

/** End to end against the floor: the share of this MongoDB's own rate W (full blocks per second by insertMany) that history reaches. */
export function shareOfW(result: HistoryResult): { w: number; share: number } {
  const figures = historyFigures(result);
  const w = figureOf(figures, `floor, ${FULL_BLOCK} a document`).writesPerSecond.median;
  const ours = figureOf(figures, 'ours, a backlog');
  // In full blocks: what history writes in two pieces is one document of W.
  return { w, share: ours.fixesPerSecond.median / FULL_BLOCK / w };
}

export const allStored = ({ runs }: HistoryResult): boolean =>
  runs.every(({ fixes, stored }) => fixes === stored);

export function historyTargets(result: HistoryResult): Target[] {
  const rate = figureOf(historyFigures(result), 'ours, a backlog').fixesPerSecond.median;
  const standin = isStandin(result);
  return [
    {
      what: `fixes/s stored, on a real mongod (target ≥ ${TARGET_FIXES_PER_SECOND})`,
      measured: standin ? 'not measured here: no mongod (set MONGODB_URI)' : `${rate.toFixed(0)}/s`,
      met: standin ? null : rate >= TARGET_FIXES_PER_SECOND,
    },
  ];
}
