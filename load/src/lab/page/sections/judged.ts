import type { InvariantRecord, RunReport, ThresholdRecord } from '../../run-report.ts';
import { formatValue } from '../browser/format-value.js';
import { type Html, type HtmlPart, html, shortened } from '../html.ts';
import { table } from '../table.ts';

const MOST_TEXT_CHARS = 400;
/** A reason may contain the profile of the busiest process. */
const MOST_REASON_CHARS = 2000;
const MOST_VIOLATIONS = 10;

const badge = (kind: 'good' | 'bad' | 'open', text: string): Html =>
  html`<span class="badge ${kind}">${text}</span>`;

/** Unmet ones first, so that a phone's first screen shows them. */
export function thresholdsSection({ thresholds }: RunReport): Html {
  if (thresholds.length === 0) return html`<p class="none">The scenario has no thresholds.</p>`;
  const rank = ({ met, decides }: ThresholdRecord) => (met ? 2 : 0) + (decides ? 0 : 1);
  return table(
    'Thresholds, unmet ones first',
    [
      { title: 'What' },
      { title: 'Result' },
      { title: 'Measured', figures: true },
      { title: 'Must be', figures: true },
    ],
    thresholds
      .toSorted((a, b) => rank(a) - rank(b))
      .map((threshold): HtmlPart[] => [
        html`${shortened(threshold.what, MOST_TEXT_CHARS)}${threshold.decides ? null : html` <span class="hint">shown only</span>`}${threshold.why === null ? null : html`<span class="why">${shortened(threshold.why, MOST_REASON_CHARS)}</span>`}`,
        threshold.met ? badge('good', 'met') : badge(threshold.decides ? 'bad' : 'open', 'not met'),
        threshold.measured === null ? 'not measured' : formatValue(threshold.measured, threshold.unit),
        `${threshold.must} ${formatValue(threshold.limit, threshold.unit)}`,
      ]),
  );
}

const INVARIANT_BADGES: Readonly<Record<InvariantRecord['verdict'], Html>> = {
  holds: badge('good', 'holds'),
  violated: badge('bad', 'violated'),
  'not-checked': badge('open', 'not checked'),
};

export function invariantsSection({ invariants }: RunReport): Html {
  if (invariants === null)
    return html`<p class="none">The run was not asked to check them. <code>--check</code> compares what the fleet sent with what the servers hold.</p>`;
  const overview = table(
    'What the fleet wrote down, compared with what the servers hold',
    [
      { title: 'Invariant' },
      { title: 'Verdict' },
      { title: 'Examined', figures: true },
      { title: 'Violations', figures: true },
      { title: 'Note' },
    ],
    invariants.map((one): HtmlPart[] => [
      shortened(one.what, MOST_TEXT_CHARS),
      INVARIANT_BADGES[one.verdict],
      formatValue(one.examined, ''),
      formatValue(one.violationsTotal, ''),
      one.note === null ? '' : shortened(one.note, MOST_TEXT_CHARS),
    ]),
  );
  return html`${overview}${invariants.map(violationsOf)}`;
}

function violationsOf({ what, violations, violationsTotal }: InvariantRecord): HtmlPart {
  if (violations.length === 0) return null;
  const shown = violations.slice(0, MOST_VIOLATIONS);
  return html`<h3>Violated: ${shortened(what, MOST_TEXT_CHARS)}</h3>
<ul class="violations">${shown.map((text) => html`<li>${shortened(text, MOST_TEXT_CHARS)}</li>`)}</ul>
<p class="hint">${shown.length} of ${formatValue(violationsTotal, '')}; the JSON beside this page has up to 100.</p>`;
}
