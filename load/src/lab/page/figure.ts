import { formatClock, formatValue } from './browser/format-value.js';
import { type Html, html, shortened } from './html.ts';
import { PERCENTILE_POSITIONS } from './plots/latency-plots.ts';
import { hasValues, type Plot } from './plots/plot.ts';
import { summaryOf, valuesByInterval } from './series.ts';
import { table } from './table.ts';

const TABLE_ROWS = 20;
const MOST_LABEL_CHARS = 60;

const TABLE_NOTE = {
  highest: 'the highest value of each interval',
  mean: 'the mean of each interval',
} as const;

/** A plot with what it shows as a table, for those who do not see it and for browsers without JavaScript. */
export function figure(plot: Plot, durationMs: number): Html {
  const { id, title, note, scale, unit } = plot;
  const measure = `${unit === '/s' ? 'per second' : unit}${scale === 'log' ? ', log scale' : ''}`;
  if (!plot.series.some(hasValues))
    return html`<figure class="plot"><figcaption><b>${title}</b></figcaption><p class="none">Nothing was measured.</p></figure>`;
  return html`<figure class="plot" id="${id}">
<figcaption><b>${shortened(title, MOST_LABEL_CHARS * 2)}</b> <span>${measure}${note === null ? '' : ` · ${note}`}</span></figcaption>
<div class="canvas" data-plot="${id}" tabindex="0" role="group" aria-label="Plot: ${title}. Left and right arrow move the cursor, Home and End go to the ends. The same figures follow as a table."></div>
<details><summary>Figures as a table</summary>${plot.over === 'time' ? timeTable(plot, durationMs) : percentileTable(plot)}</details>
</figure>`;
}

function timeTable({ title, unit, series, table: kind }: Plot, durationMs: number): Html {
  const columns = series.map(({ points }) => valuesByInterval(points, durationMs, TABLE_ROWS, kind));
  const times = Array.from({ length: TABLE_ROWS }, (_, row) => (row * durationMs) / TABLE_ROWS / 1000);
  const rows = times.map((seconds, row) => [
    `from ${formatClock(seconds)}`,
    ...columns.map((column) => formatValue(column[row] ?? null, unit)),
  ]);
  const whole = (name: string, key: 'lowest' | 'mean' | 'highest') => [
    name,
    ...series.map(({ points }) => formatValue(summaryOf(points)[key], unit)),
  ];
  return table(
    `${title}: ${TABLE_NOTE[kind]}`,
    [
      { title: 'Time' },
      ...series.map(({ label }) => ({ title: shortened(label, MOST_LABEL_CHARS), figures: true })),
    ],
    [
      ...rows,
      whole('lowest of the run', 'lowest'),
      whole('mean of the run', 'mean'),
      whole('highest of the run', 'highest'),
    ],
  );
}

function percentileTable({ title, unit, series }: Plot): Html {
  const columns = PERCENTILE_POSITIONS.map(([name]) => ({
    title: name === 'p999' ? 'p99.9' : name,
    figures: true,
  }));
  return table(
    title,
    [{ title: 'Operation' }, ...columns],
    series.map(({ label, points }) => [
      shortened(label, MOST_LABEL_CHARS),
      ...points.map(([, value]) => formatValue(value, unit)),
    ]),
  );
}

export const figures = (plots: readonly Plot[], durationMs: number): Html =>
  plots.length === 0
    ? html``
    : html`<div class="plots">${plots.map((plot) => figure(plot, durationMs))}</div>`;
