import { backlogOf, DRAINED_TEXT } from '../backlog.ts';
import { cpuSecondsOf, generatorShare } from '../page/generator-share.ts';
import { capitalized } from '../page/html.ts';
import { summaryOf } from '../page/series.ts';
import type { LatencyRecord, RunReport } from '../run-report.ts';
import {
  MOST_ERROR_SHARE,
  OPERATIONS_FAILED,
  OPERATIONS_SENT,
  OPERATIONS_SKIPPED,
  sustainedOperations,
  sustainedRate,
} from './sustained-rate.ts';

export interface ComparisonRow {
  readonly metric: string;
  /** As `formatValue` knows it. */
  readonly unit: string;
  /** Which direction is an improvement; null where neither is, or where too little was measured to say so. */
  readonly better: 'higher' | 'lower' | null;
  /** One for each report; null where it has none. */
  readonly values: readonly (number | null)[];
}

export interface ComparisonGroup {
  readonly title: string;
  readonly rows: readonly ComparisonRow[];
}

/** Groups of the table "metric · baseline · optimised": each metric that at least one report has. */
export function comparisonOf(reports: readonly RunReport[]): readonly ComparisonGroup[] {
  return [
    { title: 'Throughput at less than 1 % errors', rows: throughputRows(reports) },
    { title: 'Latency', rows: latencyRows(reports) },
    { title: 'CPU', rows: cpuRows(reports) },
    { title: 'Backlog', rows: backlogRows(reports) },
    { title: 'Cache hits', rows: cacheRows(reports) },
    { title: 'Errors', rows: errorRows(reports) },
  ]
    .map(({ title, rows }) => ({ title, rows: rows.filter(({ values }) => values.some((v) => v !== null)) }))
    .filter(({ rows }) => rows.length > 0);
}

type Read = (report: RunReport) => number | null;

const rowOf = (
  reports: readonly RunReport[],
  metric: string,
  unit: string,
  better: ComparisonRow['better'],
  read: Read,
): ComparisonRow => ({ metric, unit, better, values: reports.map(read) });

/** Names in the order in which the reports first have them, with their titles. */
function namesOf<T extends { readonly name: string; readonly title?: string }>(
  reports: readonly RunReport[],
  listOf: (report: RunReport) => readonly T[],
): readonly (readonly [string, string])[] {
  const titles = new Map<string, string>();
  for (const report of reports)
    for (const { name, title } of listOf(report))
      if (!titles.has(name)) titles.set(name, title === undefined ? name : capitalized(title));
  return [...titles];
}

const latencyNamed = ({ latencies }: RunReport, name: string): LatencyRecord | undefined =>
  latencies.find((latency) => latency.name === name);

function throughputRows(reports: readonly RunReport[]): readonly ComparisonRow[] {
  const rates = namesOf(reports, operationLatencies).map(([name, title]) =>
    // How often people do something is the scenario's choice: fewer cancelled trips are no loss.
    rowOf(reports, title, '/s', null, (report) => {
      const latency = latencyNamed(report, name);
      return latency ? sustainedRate(latency, report) : null;
    }),
  );
  const whats = new Set(reports.flatMap(({ reached }) => reached.map(({ what }) => what)));
  const reached = [...whats].map((what) => {
    const find = (report: RunReport) => report.reached.find((one) => one.what === what);
    const unit = reports.map(find).find((one) => one !== undefined)?.unit ?? '';
    return rowOf(
      reports,
      `${what}: highest reached, whatever the errors`,
      unit,
      'higher',
      (report) => find(report)?.reached ?? null,
    );
  });
  return [rowOf(reports, 'All operations', '/s', 'higher', sustainedOperations), ...rates, ...reached];
}

/** Fewer measurements above a percentile than that say little about it: the difference is shown without a verdict. */
const LEAST_ABOVE = 5;
const SHARE_ABOVE = { p50: 0.5, p95: 0.05, p99: 0.01 } as const;

function isThin(reports: readonly RunReport[], name: string, percentile: keyof typeof SHARE_ABOVE): boolean {
  return reports.some((report) => {
    const count = latencyNamed(report, name)?.total.count ?? 0;
    return count * SHARE_ABOVE[percentile] < LEAST_ABOVE;
  });
}

function latencyRows(reports: readonly RunReport[]): readonly ComparisonRow[] {
  return namesOf(reports, ({ latencies }) => latencies).flatMap(([name, title]) =>
    (['p50', 'p95', 'p99'] as const).map((percentile) =>
      rowOf(
        reports,
        `${title}, ${percentile}`,
        'ms',
        isThin(reports, name, percentile) ? null : 'lower',
        (report) => latencyNamed(report, name)?.total[percentile] ?? null,
      ),
    ),
  );
}

/** What the generator measured of the servers: not what these measured themselves, and not the generator's own lateness. */
const operationLatencies = ({ latencies }: RunReport): readonly LatencyRecord[] =>
  latencies.filter(({ from, name }) => from !== 'server' && !name.startsWith('generator.'));

const totalOf = ({ counters }: RunReport, name: string): number | null =>
  counters.find((counter) => counter.name === name)?.total ?? null;

const errorsOf = (report: RunReport): number =>
  totalOf(report, OPERATIONS_FAILED) ?? report.errors.reduce((sum, { total }) => sum + total, 0);

/** Failed ones included; of a generator that does not count them, what has a latency and what has an error. */
const operationsOf = (report: RunReport): number =>
  totalOf(report, OPERATIONS_SENT) ??
  operationLatencies(report).reduce((sum, { total }) => sum + total.count, 0) + errorsOf(report);

const SERVING = ['rideline', 'server', 'baseline'] as const;

function cpuRows(reports: readonly RunReport[]): readonly ComparisonRow[] {
  const cpu = (metric: string, unit: string, read: Read) => rowOf(reports, metric, unit, 'lower', read);
  const processes = namesOf(reports, (report) => report.processes).map(([name]) =>
    cpu(name, 's', (report) => report.processes.find((one) => one.name === name)?.cpuSecondsTotal ?? null),
  );
  return [
    cpu('CPU per operation, all servers', 'ms', (report) => {
      const operations = operationsOf(report);
      const seconds = cpuSecondsOf(report.processes, SERVING);
      return operations > 0 && seconds > 0 ? (seconds * 1000) / operations : null;
    }),
    cpu('CPU time, all servers', 's', (report) => cpuSecondsOf(report.processes, SERVING) || null),
    ...processes,
    rowOf(
      reports,
      'Generator, of the CPU used',
      'share',
      null,
      (report) => generatorShare(report).ofMeasured,
    ),
  ];
}

function backlogRows(reports: readonly RunReport[]): readonly ComparisonRow[] {
  const backlogs = (report: RunReport) =>
    report.gauges.filter(({ group }) => group === 'queues' || group === 'lag');
  return namesOf(reports, backlogs).flatMap(([name, title]) => {
    const find = (report: RunReport) => backlogs(report).find((gauge) => gauge.name === name);
    const unit = reports.map(find).find((gauge) => gauge !== undefined)?.unit ?? '';
    const backlog = (report: RunReport) => backlogOf(find(report)?.points ?? []);
    return [
      rowOf(reports, `${title}, at its peak`, unit, 'lower', (report) => backlog(report)?.peak ?? null),
      rowOf(
        reports,
        `${title}, from its peak until ${DRAINED_TEXT} of it`,
        'ms',
        'lower',
        (report) => backlog(report)?.drainedAfterMs ?? null,
      ),
    ];
  });
}

function cacheRows(reports: readonly RunReport[]): readonly ComparisonRow[] {
  const caches = (report: RunReport) => report.gauges.filter(({ group }) => group === 'caches');
  return namesOf(reports, caches).map(([name, title]) => {
    const find = (report: RunReport) => caches(report).find((gauge) => gauge.name === name);
    const unit = reports.map(find).find((gauge) => gauge !== undefined)?.unit ?? '';
    return rowOf(
      reports,
      `${title}, mean`,
      unit,
      'higher',
      (report) => summaryOf(find(report)?.points ?? []).mean,
    );
  });
}

function errorRows(reports: readonly RunReport[]): readonly ComparisonRow[] {
  const shareOf = (report: RunReport) => {
    const operations = operationsOf(report);
    return operations > 0 ? errorsOf(report) / operations : null;
  };
  const measured = measuredInEach(reports);
  return [
    rowOf(reports, 'Errors', '', 'lower', errorsOf),
    rowOf(reports, 'Errors, of all operations', 'share', 'lower', shareOf),
    rowOf(reports, 'Due and not begun, of all operations', 'share', 'lower', (report) => {
      const skipped = totalOf(report, OPERATIONS_SKIPPED);
      const sent = totalOf(report, OPERATIONS_SENT);
      return sent === null ? null : (skipped ?? 0) / Math.max(1, sent + (skipped ?? 0));
    }),
    rowOf(reports, 'Error budget (1 %) used', 'share', 'lower', (report) => {
      const share = shareOf(report);
      return share === null ? null : share / MOST_ERROR_SHARE;
    }),
    rowOf(
      reports,
      'Deciding thresholds met, of those measured in each',
      '',
      'higher',
      ({ thresholds }) =>
        thresholds.filter(({ id, decides, met }) => decides && met && measured.has(id)).length,
    ),
  ];
}

/** A stack without a cache or a queue cannot miss, or meet, what is asked of one. */
function measuredInEach(reports: readonly RunReport[]): ReadonlySet<string> {
  const ids = reports.map(
    ({ thresholds }) => new Set(thresholds.filter(({ measured }) => measured !== null).map(({ id }) => id)),
  );
  const [first = new Set<string>(), ...others] = ids;
  return new Set([...first].filter((id) => others.every((each) => each.has(id))));
}
