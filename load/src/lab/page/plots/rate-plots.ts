import type { CounterRecord, ErrorRecord } from '../../run-report.ts';
import { capitalized } from '../html.ts';
import { summaryOf, sumOverTime, withGaps } from '../series.ts';
import { hasValues, MOST_LINES, type Plot, type PlotSeries, partOf } from './plot.ts';

/** Lines whose peaks differ by more are not drawn on one linear axis: the lower one would lie on the ground. */
const MOST_SPREAD = 8;

const peakOf = ({ points }: PlotSeries): number => summaryOf(points).highest ?? 0;

/** Operations per second: lines of like size share a plot. */
export function throughputPlots(counters: readonly CounterRecord[]): readonly Plot[] {
  const lines = counters
    .map(({ title, rate }) => ({ label: capitalized(title), points: withGaps(rate) }))
    // What never happened has its row in the table.
    .filter((line) => peakOf(line) > 0)
    .sort((a, b) => peakOf(b) - peakOf(a));
  const lists: PlotSeries[][] = [];
  for (const line of lines) {
    const list = lists.at(-1);
    const first = list?.[0];
    if (list && first && list.length < MOST_LINES && peakOf(line) * MOST_SPREAD >= peakOf(first))
      list.push(line);
    else lists.push([line]);
  }
  return lists.map((series, at) => ({
    id: `throughput-${at}`,
    title: `Throughput${partOf(at, lists.length)}`,
    note: null,
    unit: '/s',
    scale: 'linear',
    over: 'time',
    table: 'mean',
    series,
  }));
}

/** Errors per second by code: the most frequent codes, and all others together. */
export function errorPlots(errors: readonly ErrorRecord[]): readonly Plot[] {
  const byCode = Map.groupBy(errors, ({ code }) => code);
  const lines = [...byCode]
    .map(([code, records]) => ({
      label: code,
      total: records.reduce((sum, { total }) => sum + total, 0),
      points: records.length === 1 ? (records[0]?.rate ?? []) : sumOverTime(records.map(({ rate }) => rate)),
    }))
    .filter(hasValues)
    .sort((a, b) => b.total - a.total);
  if (lines.length === 0) return [];
  const shown = lines.length <= MOST_LINES ? lines : lines.slice(0, MOST_LINES - 1);
  const others = lines.slice(shown.length);
  const series: PlotSeries[] = shown.map(({ label, points }) => ({ label, points }));
  if (others.length > 0)
    series.push({
      label: `${others.length} other codes`,
      points: sumOverTime(others.map(({ points }) => points)),
    });
  return [
    {
      id: 'errors',
      title: 'Errors by code',
      note: null,
      unit: '/s',
      scale: 'linear',
      over: 'time',
      table: 'mean',
      series,
    },
  ];
}
