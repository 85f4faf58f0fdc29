import type { RunEvent } from '../run-report.ts';
import { downsample } from './downsample.ts';
import { shortened } from './html.ts';
import type { Plot } from './plots/plot.ts';

/** Numbers of all lines of a page together; they are most of its size. */
const MOST_VALUES = 160_000;
const MOST_VALUES_PER_LINE = 1200;
const LEAST_VALUES_PER_LINE = 50;
const MOST_LABEL_CHARS = 60;
const SIGNIFICANT_DIGITS = 5;

/** What the page's script draws; times in seconds from the beginning of the run. */
export interface PlotData {
  readonly durationS: number;
  readonly marks: readonly PlotMark[];
  readonly bands: readonly PlotBand[];
  /** Of several lines: most lines of a run have the same times. */
  readonly times: readonly (readonly number[])[];
  readonly plots: Readonly<Record<string, DrawnPlot>>;
}

export interface PlotMark {
  readonly atS: number;
  readonly text: string;
  readonly kind: RunEvent['kind'];
}

/** Drawn behind the lines: while something was broken, and until the system was back to its aim. */
export interface PlotBand {
  readonly fromS: number;
  readonly toS: number;
  readonly kind: 'broken' | 'recovering';
}

export interface DrawnPlot {
  readonly unit: string;
  readonly scale: 'linear' | 'log';
  readonly over: 'time' | 'percentile';
  readonly lines: readonly {
    readonly label: string;
    /** Index into `times`. */
    readonly times: number;
    readonly values: readonly (number | null)[];
  }[];
}

/** How many points of a line are drawn: fewer when there are many lines, so that the page stays within its size. */
export function mostPointsOf(plots: readonly Plot[]): number {
  const lines = plots.reduce((sum, { series }) => sum + series.length, 0);
  const share = Math.floor(MOST_VALUES / Math.max(1, lines));
  return Math.min(MOST_VALUES_PER_LINE, Math.max(LEAST_VALUES_PER_LINE, share));
}

export function plotData(
  plots: readonly Plot[],
  run: Pick<PlotData, 'durationS' | 'marks' | 'bands'>,
): PlotData {
  const most = mostPointsOf(plots);
  const times: (readonly number[])[] = [];
  const known = new Map<string, number>();
  const indexOf = (line: readonly number[]): number => {
    const key = line.join();
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, times.push(line) - 1);
    return times.length - 1;
  };
  const drawn = plots.map(({ id, unit, scale, over, series }): [string, DrawnPlot] => [
    id,
    {
      unit,
      scale,
      over,
      lines: series.map(({ label, points }) => {
        const kept = downsample(points, most);
        return {
          label: shortened(label, MOST_LABEL_CHARS),
          times: indexOf(kept.map(([at]) => (over === 'time' ? Math.round(at) / 1000 : at))),
          values: kept.map(([, value]) => (value === null ? null : rounded(value))),
        };
      }),
    },
  ]);
  return { ...run, times, plots: Object.fromEntries(drawn) };
}

const rounded = (value: number): number => Number(value.toPrecision(SIGNIFICANT_DIGITS));
