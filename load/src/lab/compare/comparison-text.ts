import { tableText } from '../../bench/report-text.ts';
import { formatValue } from '../page/browser/format-value.js';
import type { RunReport } from '../run-report.ts';
import { incomparable, letterOf } from './comparability.ts';
import { comparisonOf } from './comparison.ts';
import { differenceOf } from './difference.ts';

/** Below the table and on the page. */
export const READING_NOTE =
  'One run each: differences within 5 % are noise, and where fewer than five measurements lie above a percentile no verdict is given. Where the servers kept up, a rate is that of the load.';

/** The comparison for a terminal: what A, B … are, what is not comparable, and the table. */
export function comparisonText(reports: readonly RunReport[]): string {
  const legend = reports.map(
    (report, at) =>
      `${letterOf(at)}  ${report.variantTitle} · ${report.title} · ${report.startedAt} · commit ${report.commit}`,
  );
  const warnings = incomparable(reports);
  const letters = reports.map((_, at) => letterOf(at));
  const head = ['metric', ...letters, ...letters.slice(1).map((letter) => `${letter} against A`)];
  const rows = comparisonOf(reports).flatMap(({ title, rows: members }) => [
    [title.toUpperCase()],
    ...members.map((row) => [
      `  ${row.metric}`,
      ...row.values.map((value) => formatValue(value, row.unit)),
      ...letters.slice(1).map((_, at) => differenceText(differenceOf(row, at + 1))),
    ]),
  ]);
  return [
    ...legend,
    '',
    ...(warnings.length === 0
      ? []
      : ['NOT COMPARABLE in these respects:', ...warnings.map((warning) => `- ${warning}`), '']),
    tableText(head, rows),
    '',
    READING_NOTE,
  ].join('\n');
}

const differenceText = ({ text, verdict }: ReturnType<typeof differenceOf>): string =>
  verdict === 'better' || verdict === 'worse' ? `${text} ${verdict}` : text;
