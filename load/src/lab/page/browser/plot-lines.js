import { formatValue } from './format-value.js';
import { dashOf, lineColour } from './plot-colours.js';

/**
 * @typedef {import('uplot')} Plot
 * @typedef {import('uplot').AlignedData} AlignedData
 * @typedef {import('../plot-data.ts').PlotData} PlotData
 * @typedef {import('../plot-data.ts').DrawnPlot} DrawnPlot
 */

/** A log scale has no zero: lower values are drawn at this one, and the legend says so. */
export const LEAST_OF_LOG = 0.1;

/**
 * The lines on one common axis. Lines over time get the beginning and the end of the run as points without values, so that all plots
 * show the whole run. A point that only another line has is undefined, which is no gap; null is one.
 * @param {DrawnPlot} plot
 * @param {PlotData} data
 * @returns {AlignedData}
 */
export function alignedData(plot, { times, durationS }) {
  /** @param {number | null} value */
  const drawable = (value) =>
    value === null || plot.scale === 'linear' ? value : Math.max(value, LEAST_OF_LOG);
  const tables = plot.lines.map(
    (line) => /** @type {AlignedData} */ ([[...(times[line.times] ?? [])], line.values.map(drawable)]),
  );
  if (plot.over !== 'time') return uPlot.join(tables);
  /** @type {AlignedData} */
  const ends = [
    [0, Math.max(durationS, 1)],
    [undefined, undefined],
  ];
  const [x, , ...lines] = uPlot.join([ends, ...tables]);
  return [x, ...lines];
}

/**
 * @param {DrawnPlot} plot
 * @param {string} label
 * @param {number} line
 * @returns {import('uplot').Series}
 */
export function lineOptions({ unit, scale }, label, line) {
  const colour = lineColour(line);
  /** @param {number} value */
  const atFloor = (value) => scale === 'log' && value <= LEAST_OF_LOG;
  return {
    label,
    stroke: colour,
    width: 1.6,
    dash: dashOf(line),
    value: (_, value) =>
      value === null || value === undefined
        ? '–'
        : `${atFloor(value) ? '≤ ' : ''}${formatValue(value, unit)}`,
    points: { size: 5, fill: colour, filter: loneValues },
  };
}

/**
 * A value between two gaps has no line: it is drawn as a point.
 * @param {Plot} u
 * @param {number} line
 * @param {boolean} show
 */
function loneValues(u, line, show) {
  if (show) return null;
  const values = u.data[line] ?? [];
  const lone = [];
  let before = null;
  let candidate = -1;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value === undefined) continue;
    if (candidate !== -1 && value === null) lone.push(candidate);
    candidate = value !== null && before === null ? at : -1;
    before = value;
  }
  if (candidate !== -1) lone.push(candidate);
  return lone;
}

/**
 * The measurement of a line that is nearest to the cursor: lines need not be measured at the same instants.
 * @param {Plot} u
 * @param {number} line
 * @param {number} at
 */
export function nearestMeasured(u, line, at) {
  const values = u.data[line] ?? [];
  if (line === 0 || values[at] !== undefined) return at;
  let before = at;
  let after = at;
  while (before >= 0 && values[before] === undefined) before--;
  while (after < values.length && values[after] === undefined) after++;
  if (before < 0) return after < values.length ? after : at;
  if (after >= values.length) return before;
  const x = u.data[0];
  return (x[at] ?? 0) - (x[before] ?? 0) <= (x[after] ?? 0) - (x[at] ?? 0) ? before : after;
}
