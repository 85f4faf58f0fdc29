import { formatNumber } from '../page/browser/format-value.js';
import type { RunReport } from '../run-report.ts';

interface Aspect {
  readonly name: string;
  readonly of: (report: RunReport) => string;
}

/** What must be equal for two runs to be comparable; the commit and the variant are what a comparison is about. */
const ASPECTS: readonly Aspect[] = [
  { name: 'scenario', of: ({ scenario }) => scenario },
  { name: 'machine', of: ({ machine }) => machine },
  { name: 'users', of: ({ settings }) => formatNumber(settings.users) },
  { name: 'minutes', of: ({ settings }) => formatNumber(settings.minutes) },
  {
    name: 'rate asked for',
    of: ({ settings }) => (settings.rate === null ? 'none' : `${formatNumber(settings.rate)}/s`),
  },
  { name: 'transport', of: ({ settings }) => settings.transport },
  { name: 'seed', of: ({ settings }) => settings.seed ?? 'none' },
  { name: 'variables', of: ({ overrides }) => variablesText(overrides ?? {}) },
  { name: 'target', of: ({ target }) => (target.own ? 'a cluster that the run started' : target.url) },
];
const variablesText = (overrides: Readonly<Record<string, string>>): string =>
  Object.entries(overrides)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ') || 'none';

/** A machine that is busy with something else before a run does not measure the same. */
const MOST_LOAD_DIFFERENCE = 0.5;
/** Of a report that does not say how its load ended: a shorter run has other peaks and totals. */
const LEAST_SHARE_OF_DURATION = 0.95;

/** One sentence for each difference that makes figures not comparable; empty when there is none. */
export function incomparable(reports: readonly RunReport[]): readonly string[] {
  const warnings = ASPECTS.flatMap(({ name, of }) => {
    const values = reports.map(of);
    if (new Set(values).size === 1) return [];
    return [`Different ${name}: ${values.map((value, at) => `${letterOf(at)} ${value}`).join(' · ')}`];
  });
  const versions = differentVersions(reports);
  if (versions !== null) warnings.push(versions);
  const loads = reports.map(({ loadAverageBefore }) => loadAverageBefore);
  if (!areOfOneRun(reports) && Math.max(...loads) - Math.min(...loads) > MOST_LOAD_DIFFERENCE)
    warnings.push(
      `The machine was not equally idle before the runs: load average ${loads.map((load, at) => `${letterOf(at)} ${formatNumber(load)}`).join(' · ')}.`,
    );
  for (const [at, report] of reports.entries())
    if (endedEarly(report))
      warnings.push(`Run ${letterOf(at)} ended early; its totals and peaks are those of a shorter run.`);
  return warnings;
}

const endedEarly = ({ ended, durationMs, settings }: RunReport): boolean =>
  ended === undefined
    ? durationMs < settings.minutes * 60_000 * LEAST_SHARE_OF_DURATION
    : ended !== 'complete';

/** The variants of one `--baseline` run: the load average before the second is that of the first. */
const areOfOneRun = (reports: readonly RunReport[]): boolean =>
  new Set(reports.map(({ command }) => command)).size === 1 &&
  new Set(reports.map(({ variant }) => variant)).size === reports.length;

function differentVersions(reports: readonly RunReport[]): string | null {
  const names = new Set(reports.flatMap(({ versions }) => Object.keys(versions)));
  const different = [...names].filter(
    (name) => new Set(reports.map(({ versions }) => versions[name] ?? 'none')).size > 1,
  );
  if (different.length === 0) return null;
  const texts = different.map(
    (name) =>
      `${name} (${reports.map(({ versions }, at) => `${letterOf(at)} ${versions[name] ?? 'none'}`).join(', ')})`,
  );
  return `Versions differ: ${texts.join('; ')}.`;
}

/** A, B, C …: the order of the files on the command line. */
export const letterOf = (at: number): string => String.fromCharCode(65 + at);
