import type { Points } from '../../run-report.ts';
import type { TableValue } from '../series.ts';

export interface PlotSeries {
  readonly label: string;
  /** Sorted by time (or by percentile position), null for a gap. */
  readonly points: Points;
}

/** One picture of the page: at most `MOST_LINES` lines over the run's time, or over percentiles. */
export interface Plot {
  /** Letters, digits and hyphens; unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What a reader must know to read it; null when the title says enough. */
  readonly note: string | null;
  /** For axis, legend and table: as `formatValue` knows it. */
  readonly unit: string;
  readonly scale: 'linear' | 'log';
  readonly over: 'time' | 'percentile';
  /** What the table beside the plot shows of an interval. */
  readonly table: TableValue;
  readonly series: readonly PlotSeries[];
}

/** More lines than colours that can be told apart are drawn in further plots, or summed. */
export const MOST_LINES = 8;

export const hasValues = ({ points }: PlotSeries): boolean => points.some(([, value]) => value !== null);

/** Lists of at most `MOST_LINES`. */
export function inLists<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / MOST_LINES) }, (_, at) =>
    all.slice(at * MOST_LINES, (at + 1) * MOST_LINES),
  );
}

/** ` (1 of 2)` behind a title of which there are several plots. */
export const partOf = (at: number, all: number): string => (all > 1 ? ` (${at + 1} of ${all})` : '');
