import type { RunReport } from '../../run-report.ts';
import { formatClock, formatValue } from '../browser/format-value.js';
import { generatorShare } from '../generator-share.ts';
import { type Html, type HtmlPart, html, shortened } from '../html.ts';
import { table } from '../table.ts';
import { verdictOf } from '../verdict.ts';

export const MOST_TITLE_CHARS = 160;

const MARKS = { passed: '✓', failed: '✕', incomplete: '!' } as const;

/** Title, verdict, the main facts, and what was asked for beside what was reached. */
export function summary(report: RunReport): Html {
  const verdict = verdictOf(report);
  return html`<header>
<p class="kicker">Rideline load report · ${shortened(report.scenario, MOST_TITLE_CHARS)}</p>
<h1>${shortened(report.title, MOST_TITLE_CHARS)}</h1>
<p class="variant">${shortened(report.variantTitle, MOST_TITLE_CHARS)} · started ${startedText(report.startedAt)}</p>
<div class="verdict ${verdict.outcome}"><span class="sign" aria-hidden="true">${MARKS[verdict.outcome]}</span>
<div><p class="headline">${verdict.headline}</p><p>${verdict.parts.join(' ')}</p></div></div>
<dl class="facts">${factsOf(report).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>`;
}

export const startedText = (startedAt: string): string =>
  `${startedAt.slice(0, 10)} ${startedAt.slice(11, 16)} UTC`;

function factsOf(report: RunReport): readonly (readonly [string, string])[] {
  const { settings, durationMs } = report;
  const { ofMeasured, ofMachine } = generatorShare(report);
  return [
    ['Users', formatValue(settings.users, '')],
    ['Load asked for', `${formatClock(settings.minutes * 60)} min`],
    ['Recorded, with ramp and drain', `${formatClock(durationMs / 1000)} min`],
    ['Rate asked for', settings.rate === null ? 'set by the scenario' : formatValue(settings.rate, '/s')],
    ['Transport', settings.transport],
    ['Generator, of the CPU used', formatValue(ofMeasured, 'share')],
    ['Generator, of the machine', formatValue(ofMachine, 'share')],
  ];
}

export function reachedSection({ reached }: RunReport): Html {
  if (reached.length === 0) return html`<p class="none">The scenario states no rate to reach.</p>`;
  return table(
    'Highest values asked for, and reached',
    [
      { title: 'What' },
      { title: 'Asked for', figures: true },
      { title: 'Reached', figures: true },
      { title: 'Share' },
    ],
    reached.map(({ what, unit, asked, reached: got }) => [
      shortened(what, MOST_TITLE_CHARS),
      formatValue(asked, unit),
      formatValue(got, unit),
      asked === null || got === null || asked <= 0 ? '–' : shareBar(got / asked),
    ]),
  );
}

/** A bar beside the figure; an attribute sets its width, because the page's policy forbids style attributes. */
function shareBar(share: number): HtmlPart {
  const width = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return html`<span class="share"><svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="ground" width="100" height="8" /><rect class="value" width="${width}" height="8" /></svg> ${formatValue(share, 'share')}</span>`;
}
