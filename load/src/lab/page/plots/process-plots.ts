import type { Points, ProcessRecord } from '../../run-report.ts';
import { summaryOf, sumOverTime, withGaps } from '../series.ts';
import { hasValues, MOST_LINES, type Plot, type PlotSeries } from './plot.ts';

export const PROCESS_KINDS: Readonly<Record<ProcessRecord['kind'], string>> = {
  rideline: "Rideline's processes",
  baseline: 'Baseline servers',
  server: 'Redis, MongoDB, HAProxy, S3',
  generator: 'Load generator',
};
/** In the same order, and so in the same colours, in each report. */
const KINDS: readonly ProcessRecord['kind'][] = ['rideline', 'server', 'generator', 'baseline'];

type ProcessSeries =
  | 'cpuCores'
  | 'rssBytes'
  | 'heapBytes'
  | 'openFiles'
  | 'gcSecondsPerSecond'
  | 'eventLoopP99Ms';

interface Measure {
  readonly key: ProcessSeries;
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Whether the sum over processes has a meaning: then what is not drawn is drawn as a sum. */
  readonly adds: boolean;
}

const CPU: Measure = { key: 'cpuCores', id: 'cpu', title: 'CPU by process', unit: 'cores', adds: true };
const RESOURCES: readonly Measure[] = [
  CPU,
  { key: 'rssBytes', id: 'memory', title: 'Memory (resident set) by process', unit: 'bytes', adds: true },
  { key: 'heapBytes', id: 'heap', title: 'JavaScript heap by process', unit: 'bytes', adds: true },
  { key: 'openFiles', id: 'files', title: 'Open files by process', unit: 'files', adds: true },
];
const RUNTIME: readonly Measure[] = [
  {
    key: 'gcSecondsPerSecond',
    id: 'gc',
    title: 'Garbage collection, share of time',
    unit: 'share',
    adds: false,
  },
  { key: 'eventLoopP99Ms', id: 'event-loop', title: 'Event-loop lag, p99', unit: 'ms', adds: false },
];

/** CPU by kind of process, then CPU, memory, heap and files by process. */
export function resourcePlots(processes: readonly ProcessRecord[]): readonly Plot[] {
  return [...cpuByKind(processes), ...RESOURCES.flatMap((measure) => plotOf(processes, measure))];
}

/** Garbage collection and event-loop lag. */
export function runtimePlots(processes: readonly ProcessRecord[]): readonly Plot[] {
  return RUNTIME.flatMap((measure) => plotOf(processes, measure));
}

function cpuByKind(processes: readonly ProcessRecord[]): readonly Plot[] {
  const series = KINDS.map((kind) => ({
    label: PROCESS_KINDS[kind],
    points: withGaps(
      sumOverTime(processes.filter((one) => one.kind === kind).map(({ cpuCores }) => cpuCores)),
    ),
  }));
  const shown = series.filter(hasValues);
  if (shown.length < 2) return [];
  return [plotFrom({ ...CPU, id: 'cpu-kinds', title: 'CPU by kind of process' }, shown, null)];
}

function plotOf(processes: readonly ProcessRecord[], measure: Measure): readonly Plot[] {
  const lines = processes
    .map((one) => ({ label: one.name, points: withGaps(one[measure.key]) }))
    .filter(hasValues)
    .sort((a, b) => rankOf(b.points) - rankOf(a.points));
  if (lines.length === 0) return [];
  if (lines.length <= MOST_LINES) return [plotFrom(measure, lines, null)];
  const shown: PlotSeries[] = lines.slice(0, measure.adds ? MOST_LINES - 1 : MOST_LINES);
  const others = lines.slice(shown.length);
  const note = `the ${shown.length} processes with the most; ${measure.adds ? 'the others together' : `${others.length} more in the table of processes`}`;
  if (measure.adds)
    shown.push({
      label: `${others.length} others together`,
      points: sumOverTime(others.map(({ points }) => points)),
    });
  return [plotFrom(measure, shown, note)];
}

const rankOf = (points: Points): number => summaryOf(points).highest ?? 0;

const plotFrom = (
  { id, title, unit }: Measure,
  series: readonly PlotSeries[],
  note: string | null,
): Plot => ({
  id,
  title,
  note,
  unit,
  scale: 'linear',
  over: 'time',
  table: 'highest',
  series,
});
