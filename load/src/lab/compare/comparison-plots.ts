import { capitalized } from '../page/html.ts';
import { hasValues, MOST_LINES, type Plot, type PlotSeries } from '../page/plots/plot.ts';
import { percentileOverTime, sumOverTime, withGaps } from '../page/series.ts';
import type { Points, RunReport } from '../run-report.ts';
import { letterOf } from './comparability.ts';

const MOST_PLOTS = 40;

/** The lines of all runs in one plot: p95 by operation, rates, CPU of the servers, queues and lag. */
export function comparisonPlots(reports: readonly RunReport[]): readonly Plot[] {
  const plots = [
    ...eachName(
      reports,
      ({ latencies }) => latencies,
      (latency) => percentileOverTime(latency, 'p95'),
      ({ title }) => ({ title: `${capitalized(title)}, p95`, unit: 'ms', scale: 'log', table: 'highest' }),
    ),
    ...eachName(
      reports,
      ({ counters }) => counters,
      ({ rate }) => rate,
      ({ title }) => ({ title: capitalized(title), unit: '/s', scale: 'linear', table: 'mean' }),
    ),
    servingCpu(reports),
    ...eachName(
      reports,
      ({ gauges }) => gauges.filter(({ group }) => group === 'queues' || group === 'lag'),
      ({ points }) => points,
      ({ title, group, unit }) => ({
        title: `${capitalized(title)} (${group})`,
        unit,
        scale: 'linear',
        table: 'highest',
      }),
    ),
  ];
  return plots
    .filter(({ series }) => series.length > 0)
    .slice(0, MOST_PLOTS)
    .map((plot, at) => ({ id: `plot-${at}`, ...plot }));
}

type Unnumbered = Omit<Plot, 'id'>;
type Look = Pick<Plot, 'title' | 'unit' | 'scale' | 'table'>;

function eachName<T extends { readonly name: string }>(
  reports: readonly RunReport[],
  listOf: (report: RunReport) => readonly T[],
  pointsOf: (record: T) => Points,
  lookOf: (record: T) => Look,
): readonly Unnumbered[] {
  const records = reports.flatMap((report, at) => listOf(report).map((record) => ({ record, at })));
  const byName = Map.groupBy(records, ({ record }) => record.name);
  return [...byName.values()].flatMap((members): Unnumbered[] => {
    const [first] = members;
    if (first === undefined) return [];
    const series = members.map(({ record, at }) => lineOf(reports, at, pointsOf(record))).filter(hasValues);
    return [{ ...lookOf(first.record), note: null, over: 'time', series: series.slice(0, MOST_LINES) }];
  });
}

function servingCpu(reports: readonly RunReport[]): Unnumbered {
  return {
    title: 'CPU of all servers',
    note: 'without the generator',
    unit: 'cores',
    scale: 'linear',
    over: 'time',
    table: 'highest',
    series: reports
      .map(({ processes }, at) =>
        lineOf(
          reports,
          at,
          sumOverTime(processes.filter(({ kind }) => kind !== 'generator').map(({ cpuCores }) => cpuCores)),
        ),
      )
      .filter(hasValues),
  };
}

const lineOf = (reports: readonly RunReport[], at: number, points: Points): PlotSeries => ({
  label: `${letterOf(at)} · ${reports[at]?.variantTitle ?? ''}`,
  points: withGaps(points),
});
