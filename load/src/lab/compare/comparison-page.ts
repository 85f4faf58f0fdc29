import { formatClock, formatValue } from '../page/browser/format-value.js';
import { pageDocument, type Section } from '../page/document.ts';
import { figures } from '../page/figure.ts';
import { type Html, type HtmlPart, html, shortened } from '../page/html.ts';
import { plotData } from '../page/plot-data.ts';
import { startedText } from '../page/sections/summary.ts';
import { table } from '../page/table.ts';
import type { RunReport } from '../run-report.ts';
import { incomparable, letterOf } from './comparability.ts';
import { type ComparisonGroup, type ComparisonRow, comparisonOf } from './comparison.ts';
import { comparisonPlots } from './comparison-plots.ts';
import { READING_NOTE } from './comparison-text.ts';
import { differenceOf } from './difference.ts';

const MOST_TEXT_CHARS = 120;

/** The side-by-side page: as self-contained as a report's page. Times are from the beginning of each run. */
export function comparisonPage(reports: readonly RunReport[]): string {
  const durationMs = Math.max(...reports.map((report) => report.durationMs));
  const plots = comparisonPlots(reports);
  const sections: Section[] = [
    ...comparisonOf(reports).map((group, at) => ({
      id: `group-${at}`,
      title: group.title,
      body: groupTable(group, reports),
    })),
    { id: 'plots', title: 'Over time', body: figures(plots, durationMs) },
    { id: 'runs', title: 'The runs', body: runsTable(reports) },
  ];
  return pageDocument({
    title: `${reports.map(({ variantTitle }) => variantTitle).join(' · ')}: Rideline load comparison`,
    header: header(reports),
    sections,
    data: plotData(plots, { durationS: durationMs / 1000, marks: [], bands: [] }),
  });
}

function header(reports: readonly RunReport[]): Html {
  const warnings = incomparable(reports);
  const first = reports[0];
  return html`<header>
<p class="kicker">Rideline load comparison</p>
<h1>${shortened(first?.title ?? '', MOST_TEXT_CHARS)}</h1>
<ol class="letters">${reports.map((report, at) => html`<li><b>${letterOf(at)}</b> ${shortened(report.variantTitle, MOST_TEXT_CHARS)} <span class="hint">${startedText(report.startedAt)} · commit ${shortened(report.commit, 40)}</span></li>`)}</ol>
${
  warnings.length === 0
    ? html`<div class="verdict passed"><span class="sign" aria-hidden="true">=</span><div><p class="headline">Same scenario, settings and machine</p><p>${READING_NOTE}</p></div></div>`
    : html`<div class="verdict incomplete"><span class="sign" aria-hidden="true">!</span><div><p class="headline">Not comparable in ${warnings.length === 1 ? 'one respect' : `${warnings.length} respects`}</p><ul class="warnings">${warnings.map((warning) => html`<li>${shortened(warning, 600)}</li>`)}</ul><p>${READING_NOTE}</p></div></div>`
}
</header>`;
}

function groupTable({ title, rows }: ComparisonGroup, reports: readonly RunReport[]): Html {
  const letters = reports.map((_, at) => letterOf(at));
  return table(
    title,
    [
      { title: 'Metric' },
      ...reports.map(({ variantTitle }, at) => ({
        title: `${letterOf(at)} · ${shortened(variantTitle, 40)}`,
        figures: true,
      })),
      ...letters.slice(1).map((letter) => ({ title: `${letter} against A`, figures: true })),
    ],
    rows.map((row): HtmlPart[] => [
      shortened(row.metric, MOST_TEXT_CHARS),
      ...row.values.map((value) => formatValue(value, row.unit)),
      ...letters.slice(1).map((_, at) => differenceCell(row, at + 1)),
    ]),
  );
}

function differenceCell(row: ComparisonRow, at: number): HtmlPart {
  const { text, verdict } = differenceOf(row, at);
  if (verdict === 'better') return html`<span class="badge good">${text} better</span>`;
  if (verdict === 'worse') return html`<span class="badge bad">${text} worse</span>`;
  return text;
}

function runsTable(reports: readonly RunReport[]): Html {
  const facts: readonly (readonly [string, (report: RunReport) => string])[] = [
    ['Variant', ({ variantTitle }) => variantTitle],
    ['Scenario', ({ scenario }) => scenario],
    ['Started', ({ startedAt }) => startedText(startedAt)],
    ['Duration', ({ durationMs }) => `${formatClock(durationMs / 1000)} min`],
    ['Users', ({ settings }) => formatValue(settings.users, '')],
    ['Rate asked for', ({ settings }) => formatValue(settings.rate, '/s')],
    ['Transport', ({ settings }) => settings.transport],
    ['Target', ({ target }) => target.what],
    ['Commit', ({ commit }) => commit],
    ['Machine', ({ machine }) => machine],
    ['Load average before', ({ loadAverageBefore }) => formatValue(loadAverageBefore, '')],
    ['Command', ({ command }) => command],
  ];
  return table(
    'The runs',
    [{ title: 'Fact' }, ...reports.map((_, at) => ({ title: letterOf(at) }))],
    facts.map(([name, of]) => [name, ...reports.map((report) => shortened(of(report), 300))]),
  );
}
