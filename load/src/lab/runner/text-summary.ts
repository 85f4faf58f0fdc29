import { tableText } from '../../bench/report-text.ts';
import { generatorShare } from '../page/generator-share.ts';
import type { RunReport, ThresholdRecord } from '../run-report.ts';

/** What the terminal shows at the end of a run. */
export function textSummary(report: RunReport): string {
  return [
    `load ${report.scenario}: ${report.title}`,
    `  ${report.variantTitle}: ${report.target.what}`,
    `  ${report.machine}, load before ${report.loadAverageBefore.toFixed(1)}; ${settingsText(report)}`,
    ...section('Latencies, ms', latencyTable(report)),
    ...section('Asked for and reached', reachedTable(report)),
    ...section('Errors', errorLines(report)),
    ...section('Faults', faultLines(report)),
    ...section('Invariants', invariantLines(report)),
    ...section('Thresholds', report.thresholds.map(thresholdText)),
    ...section('Notes', report.notes),
    generatorText(report),
  ].join('\n');
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];

function settingsText({ settings: { users, minutes, rate, transport, seed } }: RunReport): string {
  const parts = [`${users} users`, `${minutes} min`, ...(rate === null ? [] : [`${rate}/s`]), transport];
  return [...parts, ...(seed === null ? [] : [`seed ${seed}`])].join(', ');
}

function latencyTable({ latencies }: RunReport): string[] {
  const rows = latencies
    .filter(({ total }) => total.count > 0)
    .map(({ name, from, total: { count, p50, p95, p99, max } }) => [
      name,
      from,
      String(count),
      ...[p50, p95, p99, max].map((value) => (value === null ? '–' : value.toFixed(1))),
    ]);
  return rows.length === 0
    ? []
    : tableText(['operation', 'from', 'count', 'p50', 'p95', 'p99', 'max'], rows).split('\n');
}

function reachedTable({ reached }: RunReport): string[] {
  const figure = (value: number | null) => (value === null ? '–' : value.toLocaleString('en-GB'));
  const rows = reached.map(({ what, unit, asked, reached }) => [what, figure(asked), figure(reached), unit]);
  return rows.length === 0 ? [] : tableText(['', 'asked', 'reached', 'unit'], rows).split('\n');
}

const MOST_ERRORS = 12;

function errorLines({ errors }: RunReport): string[] {
  const sorted = errors.filter(({ total }) => total > 0).sort((a, b) => b.total - a.total);
  const lines = sorted
    .slice(0, MOST_ERRORS)
    .map(({ code, operation, total }) => `${total} × ${operation === null ? '' : `${operation}: `}${code}`);
  return sorted.length > MOST_ERRORS ? [...lines, `and ${sorted.length - MOST_ERRORS} other kinds`] : lines;
}

const faultLines = ({ events }: RunReport): string[] =>
  events
    .filter(({ kind }) => kind !== 'phase' && kind !== 'note')
    .map(({ atMs, text }) => `${(atMs / 1000).toFixed(1).padStart(7)} s  ${text}`);

const invariantLines = ({ invariants }: RunReport): string[] =>
  (invariants ?? []).map(({ verdict, what, examined, violationsTotal, note }) => {
    const detail = verdict === 'violated' ? `: ${violationsTotal} violations` : '';
    return `${verdict}: ${what} (${examined} examined)${detail}${note === null ? '' : ` – ${note}`}`;
  });

function thresholdText({ what, unit, must, limit, measured, met, why, decides }: ThresholdRecord): string {
  const figure = measured === null ? '–' : formatted(measured);
  const verdict = met ? 'met' : decides ? 'NOT MET' : 'not met, does not decide';
  return `${verdict}: ${what} ${must} ${formatted(limit)} ${unit}, measured ${figure}${why === null ? '' : ` (${why})`}`;
}

const formatted = (value: number) => String(Math.round(value * 1000) / 1000);

function generatorText(report: RunReport): string {
  const { ofMachine, ofMeasured } = generatorShare(report);
  if (ofMachine === null || ofMeasured === null) return '';
  const share = (value: number) => `${(100 * value).toFixed(0)} %`;
  return `\nThe generator took ${share(ofMachine)} of the machine, ${share(ofMeasured)} of the CPU that all programs of the run used.`;
}
