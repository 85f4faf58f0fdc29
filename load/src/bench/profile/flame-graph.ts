import { figureText } from '../plot/axis.ts';
import {
  bodyTop,
  colourOf,
  escapeXml,
  MARGIN,
  pixels,
  svgPicture,
  textWidth,
  WIDTH,
} from '../plot/picture.ts';
import type { Flame } from './flame-fold.ts';
import { KINDS } from './flame-origin.ts';

const ROW = 17;
/** Narrower ones would be invisible; their callers show the gap. */
const LEAST_PIXELS = 0.7;
const LABEL_PIXELS = 34;

/**
 * A flame graph: callers below, callees above, each as wide as its CPU time. `perFrame` converts microseconds to those per frame. Colours
 * show whose code it is; a browser shows name, place and figures of the function under the pointer. Why it is drawn here: decision 0138.
 */
export function flameGraph(options: {
  title: string;
  root: Flame;
  perFrame: (us: number) => number;
  note: string;
}): string {
  const { root, perFrame } = options;
  const rows = Math.max(1, depthOf(root, perPixel(root)));
  const top = bodyTop(KINDS);
  const bottom = top + rows * ROW;
  const drawn: string[] = [];
  const draw = (flame: Flame, x: number, row: number) => {
    const width = flame.totalUs * perPixel(root);
    if (width < LEAST_PIXELS) return;
    drawn.push(rectangle(flame, { x, y: bottom - (row + 1) * ROW, width }, root, perFrame));
    let at = x;
    for (const child of byName(flame)) {
      draw(child, at, row + 1);
      at += child.totalUs * perPixel(root);
    }
  };
  let at = MARGIN;
  for (const child of byName(root)) {
    draw(child, at, 0);
    at += child.totalUs * perPixel(root);
  }
  return svgPicture({
    title: options.title,
    names: KINDS,
    body: drawn.join('\n'),
    bottom,
    note: options.note,
  });
}

const perPixel = (root: Flame) => (WIDTH - 2 * MARGIN) / Math.max(1, root.totalUs);

/** By name, not by time: two graphs of the same code can be compared side by side. */
const byName = ({ children }: Flame) =>
  [...children.values()].sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));

function depthOf(flame: Flame, scale: number): number {
  const depths = [...flame.children.values()]
    .filter(({ totalUs }) => totalUs * scale >= LEAST_PIXELS)
    .map((child) => 1 + depthOf(child, scale));
  return Math.max(0, ...depths);
}

function rectangle(
  flame: Flame,
  { x, y, width }: { x: number; y: number; width: number },
  root: Flame,
  perFrame: (us: number) => number,
): string {
  const share = ((100 * flame.totalUs) / Math.max(1, root.totalUs)).toFixed(1);
  const lines = [
    flame.label,
    flame.where,
    `${figureText(perFrame(flame.totalUs))} µs per frame (${share} %), ${figureText(perFrame(flame.selfUs))} self`,
  ];
  const colour = colourOf(KINDS.indexOf(flame.origin.kind));
  const label = width < LABEL_PIXELS ? '' : clipped(flame.label, width - 6);
  const text = `<text x="${pixels(x + 3)}" y="${pixels(y + 12)}" font-size="10" fill="#1f2328">${escapeXml(label)}</text>`;
  return (
    `<g><title>${escapeXml(lines.filter((line) => line !== '').join('\n'))}</title>` +
    `<rect x="${pixels(x)}" y="${pixels(y)}" width="${pixels(width)}" height="${ROW - 1}" fill="${colour}" fill-opacity="0.55"/>${label === '' ? '' : text}</g>`
  );
}

/** The font here is 10 instead of 12 pixels. */
function clipped(label: string, room: number): string {
  const most = Math.floor(room / (textWidth('m') * 0.93));
  return label.length <= most ? label : `${label.slice(0, Math.max(1, most - 1))}…`;
}
