import type { LatencyRecord, Points } from '../../run-report.ts';
import { capitalized } from '../html.ts';
import { type PercentileName, percentileOverTime, withGaps } from '../series.ts';
import { hasValues, inLists, type Plot, partOf } from './plot.ts';

/** Further operations have their row in the table of percentiles only. */
export const MOST_LATENCY_PLOTS = 40;

/** The instant from which an operation's latency counts. */
export const MEASURED_FROM: Readonly<Record<LatencyRecord['from'], string>> = {
  due: 'the instant at which it was due',
  sent: 'the instant at which it was sent',
  server: "the server's receipt, by the server's own metrics",
};

const OVER_TIME: readonly (readonly [PercentileName, string])[] = [
  ['p50', 'p50'],
  ['p95', 'p95'],
  ['p99', 'p99'],
  ['max', 'highest'],
];

/** The axis of percentiles is that of HdrHistogram's plots: log10(1 / (1 − p)), so that each further nine takes the same width. */
export const PERCENTILE_POSITIONS: readonly (readonly [PercentileName, number])[] = [
  ['p50', Math.log10(2)],
  ['p90', 1],
  ['p95', Math.log10(20)],
  ['p99', 2],
  ['p999', 3],
];

/** Latency over time, one plot for each operation, on a log scale. */
export function latencyPlots(latencies: readonly LatencyRecord[]): readonly Plot[] {
  return latencies
    .filter(({ overTime }) => overTime.length > 0)
    .slice(0, MOST_LATENCY_PLOTS)
    .map((latency, at) => ({
      id: `latency-${at}`,
      title: capitalized(latency.title),
      note: `from ${MEASURED_FROM[latency.from]}`,
      unit: 'ms',
      scale: 'log',
      over: 'time',
      table: 'highest',
      series: OVER_TIME.map(([percentile, label]) => ({
        label,
        points: withGaps(percentileOverTime(latency, percentile)),
      })).filter(hasValues),
    }));
}

/** What people wait for first, then what the servers measured, then how late the generator was. */
export function inReadingOrder(latencies: readonly LatencyRecord[]): readonly LatencyRecord[] {
  const rank = ({ name, from }: LatencyRecord) =>
    name.startsWith('generator.') ? 2 : from === 'server' ? 1 : 0;
  return latencies.toSorted((a, b) => rank(a) - rank(b));
}

/** The percentiles of the whole run side by side: what the generator measured, and what the servers did. */
export function percentilePlots(latencies: readonly LatencyRecord[]): readonly Plot[] {
  const measured = latencies.filter(({ name }) => !name.startsWith('generator.'));
  const [servers, generator] = [true, false].map((byServer) =>
    measured.filter(({ from }) => (from === 'server') === byServer),
  );
  return [
    ...plotsOf(generator ?? [], 'Percentiles by operation', 'percentiles'),
    ...plotsOf(servers ?? [], 'Percentiles that the servers measured', 'server-percentiles'),
  ];
}

function plotsOf(latencies: readonly LatencyRecord[], title: string, id: string): readonly Plot[] {
  const lines = latencies
    .map((latency) => ({
      label: capitalized(latency.title),
      points: PERCENTILE_POSITIONS.map(([name, position]): Points[number] => [position, latency.total[name]]),
    }))
    .filter(hasValues);
  const lists = inLists(lines).slice(0, MOST_LATENCY_PLOTS);
  return lists.map((series, at) => ({
    id: `${id}-${at}`,
    title: `${title}${partOf(at, lists.length)}`,
    note: 'of the whole run; each further nine takes the same width',
    unit: 'ms',
    scale: 'log',
    over: 'percentile',
    table: 'highest',
    series,
  }));
}
