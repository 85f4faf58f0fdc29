import { drawBands, drawMarks } from './event-marks.js';
import { formatClock, formatNumber, formatValue } from './format-value.js';
import { plotColours } from './plot-colours.js';
import { LEAST_OF_LOG, lineOptions, nearestMeasured } from './plot-lines.js';

/**
 * @typedef {import('uplot').Options} Options
 * @typedef {import('../plot-data.ts').PlotData} PlotData
 * @typedef {import('../plot-data.ts').DrawnPlot} DrawnPlot
 */

const HEIGHT = 230;
const FONT = '11px system-ui, sans-serif';
/** Of the axis of bytes: powers of two from 1 KiB, so that ticks are round in KiB, MiB and GiB. */
const BYTE_STEPS = Array.from({ length: 40 }, (_, power) => 2 ** (power + 10));
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
const PERCENTILE_TICKS = [Math.log10(2), 1, Math.log10(20), 2, 3];
const PERCENTILE_NAMES = ['p50', 'p90', 'p95', 'p99', 'p99.9'];
/** Other units are words: they stand above the plot, not at each tick. */
const UNITS_AT_TICKS = ['ms', 's', 'bytes', 'share', '/s', 'per second'];
/** Half of the plot's height is for a share of one half; smaller shares get an axis of their own. */
const LEAST_SHARE_OF_WHOLE = 0.5;

/** @param {number} at */
const nameOfPercentile = (at) =>
  PERCENTILE_NAMES[PERCENTILE_TICKS.findIndex((tick) => Math.abs(tick - at) < 1e-6)] ?? '–';

/**
 * @param {DrawnPlot} plot
 * @param {PlotData} data
 * @param {number} width
 * @returns {Options}
 */
export function plotOptions(plot, data, width) {
  const isOverTime = plot.over === 'time';
  const nameOfX = isOverTime ? formatClock : nameOfPercentile;
  return {
    width,
    height: HEIGHT,
    padding: [16, 22, 0, 0],
    scales: { x: { time: false }, y: yScale(plot) },
    cursor: {
      ...(isOverTime ? { sync: { key: 'run', setSeries: false, scales: ['x', null] } } : {}),
      drag: { x: isOverTime, y: false, dist: 8 },
      dataIdx: nearestMeasured,
      points: { size: 7 },
    },
    legend: { markers: { width: 3 } },
    series: [
      { label: isOverTime ? 'Time' : 'Percentile', value: (_, at) => (at === null ? '–' : nameOfX(at)) },
      ...plot.lines.map(({ label }, line) => lineOptions(plot, label, line)),
    ],
    axes: axes(plot, nameOfX),
    hooks: isOverTime ? { drawClear: [(u) => drawBands(u, data)], draw: [(u) => drawMarks(u, data)] } : {},
  };
}

/**
 * @param {DrawnPlot} plot
 * @param {(at: number) => string} nameOfX
 * @returns {import('uplot').Axis[]}
 */
function axes({ over, unit }, nameOfX) {
  const { text, grid } = plotColours();
  const axis = {
    stroke: text,
    font: FONT,
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, width: 1, size: 5 },
  };
  /** @param {number} value */
  const tickText = (value) =>
    UNITS_AT_TICKS.includes(unit) ? formatValue(value, unit) : formatNumber(value);
  return [
    {
      ...axis,
      size: 28,
      ...(over === 'time' ? { incrs: TIME_STEPS, space: 60 } : { splits: () => PERCENTILE_TICKS }),
      values: (_, splits) => splits.map(nameOfX),
    },
    {
      ...axis,
      size: 64,
      ...(unit === 'bytes' ? { incrs: BYTE_STEPS } : {}),
      values: (_, splits) => splits.map((value) => (value === null ? '' : tickText(value))),
    },
  ];
}

/**
 * @param {DrawnPlot} plot
 * @returns {import('uplot').Scale}
 */
function yScale({ scale, unit }) {
  if (scale === 'log')
    return {
      distr: 3,
      range: (_, least, most) =>
        least === null || most === null
          ? [LEAST_OF_LOG, 1000]
          : uPlot.rangeLog(least, most > least ? most : least * 10, 10, true),
    };
  return {
    range: (_, least, most) => {
      if (least === null || most === null) return [0, 1];
      if (unit === 'share' && most <= 1 && most > LEAST_SHARE_OF_WHOLE) return [0, 1];
      return [Math.min(0, least), most > 0 ? most * 1.08 : 1];
    },
  };
}
