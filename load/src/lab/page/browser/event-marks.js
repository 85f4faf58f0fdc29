import { plotColours } from './plot-colours.js';

/**
 * @typedef {import('uplot')} Plot
 * @typedef {import('../plot-data.ts').PlotData} PlotData
 */

/**
 * Faults behind the lines: while something was broken, and until the system was back to its aim.
 * @param {Plot} u
 * @param {PlotData} data
 */
export function drawBands(u, { bands }) {
  const { ctx, bbox } = u;
  ctx.save();
  for (const { fromS, toS, kind } of bands) {
    const left = Math.max(bbox.left, u.valToPos(fromS, 'x', true));
    const right = Math.min(bbox.left + bbox.width, u.valToPos(toS, 'x', true));
    if (right <= left) continue;
    ctx.fillStyle = plotColours().bands[kind] ?? 'transparent';
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
  }
  ctx.restore();
}

/**
 * A dashed line for each event; its number stands above the plot where there is room.
 * @param {Plot} u
 * @param {PlotData} data
 */
export function drawMarks(u, { marks }) {
  const { ctx, bbox } = u;
  const ratio = devicePixelRatio;
  let freeFrom = 0;
  ctx.save();
  ctx.lineWidth = ratio;
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  ctx.font = `600 ${10 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'bottom';
  for (const { atS, text, kind } of marks) {
    const x = Math.round(u.valToPos(atS, 'x', true)) + 0.5;
    if (x < bbox.left - 1 || x > bbox.left + bbox.width + 1) continue;
    const colour = plotColours().marks[kind] ?? plotColours().text;
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const half = ctx.measureText(text).width / 2 + 2 * ratio;
    if (x - half < freeFrom) continue;
    ctx.fillText(text, x, bbox.top - 3 * ratio);
    freeFrom = x + half;
  }
  ctx.restore();
}
