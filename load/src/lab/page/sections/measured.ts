import type { LatencyRecord, RunReport } from '../../run-report.ts';
import { formatValue } from '../browser/format-value.js';
import { figures } from '../figure.ts';
import { capitalized, type Html, type HtmlPart, html, shortened } from '../html.ts';
import type { GaugeGroup } from '../plots/gauge-plots.ts';
import type { Plot } from '../plots/plot.ts';
import { summaryOf } from '../series.ts';
import { moreNote, table } from '../table.ts';

const MOST_ROWS = 300;
const MOST_TEXT_CHARS = 120;

const FROM: Readonly<Record<LatencyRecord['from'], string>> = { due: 'due', sent: 'sent', server: 'server' };

export function latencySection(
  latencies: readonly LatencyRecord[],
  plots: readonly Plot[],
  durationMs: number,
): Html {
  if (latencies.length === 0) return html`<p class="none">No latency was measured.</p>`;
  const percentiles = table(
    'Percentiles of the whole run',
    [
      { title: 'Operation' },
      { title: 'From' },
      ...['Count', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'Highest'].map((title) => ({ title, figures: true })),
    ],
    latencies
      .slice(0, MOST_ROWS)
      .map(({ title, from, total }): HtmlPart[] => [
        shortened(capitalized(title), MOST_TEXT_CHARS),
        FROM[from],
        formatValue(total.count, ''),
        ...[total.p50, total.p90, total.p95, total.p99, total.p999, total.max].map((ms) =>
          formatValue(ms, 'ms'),
        ),
      ]),
  );
  return html`<p>Each row says from which instant its latency counts. <b>due</b>: from the instant at which the operation was due by the
scenario's schedule, also when the generator or the server was late; such figures are free of coordinated omission. <b>sent</b>: from
the instant at which it was sent; a generator that is held up sends less and hides part of the wait. <b>server</b>: measured by the
servers themselves; without network and queues in front of them.</p>
${percentiles}${figures(plots, durationMs)}`;
}

export function throughputSection({ counters, durationMs }: RunReport, plots: readonly Plot[]): Html {
  if (counters.length === 0) return html`<p class="none">Nothing was counted.</p>`;
  const totals = table(
    'Counted in the whole run',
    [
      { title: 'What' },
      { title: 'Total', figures: true },
      { title: 'Mean', figures: true },
      { title: 'Highest', figures: true },
    ],
    counters.slice(0, MOST_ROWS).map(({ title, total, rate }) => {
      const { mean, highest } = summaryOf(rate);
      return [
        shortened(capitalized(title), MOST_TEXT_CHARS),
        formatValue(total, ''),
        formatValue(mean, '/s'),
        formatValue(highest, '/s'),
      ];
    }),
  );
  return html`${totals}${figures(plots, durationMs)}`;
}

export function errorsSection({ errors, durationMs }: RunReport, plots: readonly Plot[]): Html {
  const counted = errors.filter(({ total }) => total > 0).toSorted((a, b) => b.total - a.total);
  if (counted.length === 0) return html`<p class="none">No error was counted.</p>`;
  const all = counted.reduce((sum, { total }) => sum + total, 0);
  const codes = table(
    'Errors by code and operation',
    [
      { title: 'Code' },
      { title: 'Operation' },
      { title: 'Total', figures: true },
      { title: 'Of all errors', figures: true },
    ],
    counted
      .slice(0, MOST_ROWS)
      .map(({ code, operation, total }): HtmlPart[] => [
        html`<code>${shortened(code, MOST_TEXT_CHARS)}</code>`,
        operation === null ? '–' : shortened(operation, MOST_TEXT_CHARS),
        formatValue(total, ''),
        formatValue(total / all, 'share'),
      ]),
  );
  return html`${codes}${figures(plots, durationMs)}`;
}

export function gaugesSection({ title: name, gauges, plots }: GaugeGroup, durationMs: number): Html {
  const ends = table(
    `${shortened(name, MOST_TEXT_CHARS)} over the whole run`,
    [
      { title: 'What' },
      { title: 'Lowest', figures: true },
      { title: 'Mean', figures: true },
      { title: 'Highest', figures: true },
      { title: 'At the end', figures: true },
    ],
    gauges.slice(0, MOST_ROWS).map(({ title, unit, points }) => {
      const { lowest, mean, highest, last } = summaryOf(points);
      return [
        shortened(capitalized(title), MOST_TEXT_CHARS),
        ...[lowest, mean, highest, last].map((value) => formatValue(value, unit)),
      ];
    }),
  );
  return html`${ends}${moreNote(MOST_ROWS, gauges.length, 'gauges')}${figures(plots, durationMs)}`;
}
