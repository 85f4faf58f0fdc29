import { type Axis, figureText, linearAxis } from './axis.ts';
import {
  bodyTop,
  colourOf,
  escapeXml,
  INK,
  MARGIN,
  pixels,
  svgLine,
  svgPicture,
  svgText,
  textWidth,
  WIDTH,
} from './picture.ts';

/**
 * Charts of a bench as SVG, without a browser. Written here because they consist of rectangles, lines and round ticks: vega with vega-lite,
 * which would draw the same, is 75 packages and 25 MB.
 */

export interface Bar {
  readonly label: string;
  /** Stacked from left to right. Bars need not have the same parts. */
  readonly parts: readonly { readonly name: string; readonly value: number }[];
  /**
   * Of the whole bar: a whisker, and the figure beside it. Without it the figure is the sum of the parts; medians of parts need not add up
   * to the median of the whole.
   */
  readonly range?: { readonly min: number; readonly median: number; readonly max: number };
}

const BAR_HEIGHT = 20;
const BAR_STEP = 32;
const AXIS_HEIGHT = 44;
const LINES_HEIGHT = 300;

/** Stacked horizontal bars from 0. `unit` is the axis label (`CPU µs per frame`), `note` states machine, date and what was left out. */
export function barPlot(options: {
  title: string;
  unit: string;
  bars: readonly Bar[];
  note: string;
}): string {
  const { bars } = options;
  const names = [...new Set(bars.flatMap(({ parts }) => parts.map(({ name }) => name)))];
  const top = bodyTop(names);
  const bottom = top + bars.length * BAR_STEP;
  const left = MARGIN + Math.max(0, ...bars.map(({ label }) => textWidth(label))) + 10;
  const axis = linearAxis({
    least: 0,
    greatest: Math.max(0, ...bars.map((bar) => Math.max(totalOf(bar), finite(bar.range?.max ?? 0)))),
    from: left,
    // Room for the figure of the longest bar.
    to: WIDTH - MARGIN - 50,
    count: 6,
  });
  const body = [
    horizontalAxis(axis, { top, bottom, label: options.unit }),
    ...bars.map((bar, index) => drawBar(bar, names, axis, top + index * BAR_STEP, left)),
    svgLine(left, top, left, bottom, INK),
  ].join('\n');
  return svgPicture({ title: options.title, names, body, bottom: bottom + AXIS_HEIGHT, note: options.note });
}

/** A figure that could not be measured draws nothing. */
const finite = (value: number) => (Number.isFinite(value) ? Math.max(0, value) : 0);
const totalOf = ({ parts }: Bar) => parts.reduce((sum, { value }) => sum + finite(value), 0);

function drawBar(bar: Bar, names: readonly string[], { scale }: Axis, top: number, left: number): string {
  const y = top + (BAR_STEP - BAR_HEIGHT) / 2;
  const middle = y + BAR_HEIGHT / 2;
  const drawn = [svgText(left - 8, middle + 4, bar.label, { anchor: 'end' })];
  let sum = 0;
  for (const { name, value } of bar.parts) {
    const [from, to] = [scale(sum), scale(sum + finite(value))];
    sum += finite(value);
    drawn.push(
      `<rect x="${pixels(from)}" y="${pixels(y)}" width="${pixels(to - from)}" height="${BAR_HEIGHT}" fill="${colourOf(names.indexOf(name))}"><title>${escapeXml(`${bar.label}, ${name}: ${figureText(value)}`)}</title></rect>`,
    );
  }
  const { range } = bar;
  if (range) drawn.push(whisker(scale(finite(range.min)), scale(finite(range.max)), middle));
  const end = Math.max(sum, finite(range?.max ?? 0));
  drawn.push(
    svgText(scale(end) + 8, middle + 4, figureText(range?.median ?? sum), {
      attributes: 'font-weight="600"',
    }),
  );
  return drawn.join('');
}

function whisker(from: number, to: number, y: number): string {
  return [
    svgLine(from, y, to, y, INK, 1.5),
    svgLine(from, y - 4, from, y + 4, INK, 1.5),
    svgLine(to, y - 4, to, y + 4, INK, 1.5),
  ].join('');
}

function horizontalAxis(
  { scale, ticks }: Axis,
  { top, bottom, label }: { top: number; bottom: number; label: string },
): string {
  const [first, last] = [scale(ticks[0] ?? 0), scale(ticks.at(-1) ?? 0)];
  return [
    ...ticks.map((tick) => svgLine(scale(tick), top, scale(tick), bottom)),
    ...ticks.map((tick) => svgText(scale(tick), bottom + 16, figureText(tick), { anchor: 'middle' })),
    svgText((first + last) / 2, bottom + 36, label, { anchor: 'middle' }),
  ].join('');
}

/** Lines over a linear x axis that begins at its lowest point; y begins at 0. Labels carry their units (`searches/s`). */
export function linePlot(options: {
  title: string;
  xLabel: string;
  yLabel: string;
  lines: readonly {
    readonly name: string;
    readonly points: readonly { readonly x: number; readonly y: number }[];
  }[];
  note: string;
}): string {
  const { lines } = options;
  const names = lines.map(({ name }) => name);
  const [top, left] = [bodyTop(names), MARGIN + 70];
  const bottom = top + LINES_HEIGHT;
  const points = lines.flatMap((line) => line.points).filter(({ x, y }) => Number.isFinite(x + y));
  const xs = points.map(({ x }) => x);
  const x = linearAxis({
    least: xs.reduce((least, each) => Math.min(least, each), xs[0] ?? 0),
    greatest: xs.reduce((greatest, each) => Math.max(greatest, each), xs[0] ?? 0),
    from: left,
    to: WIDTH - MARGIN - 20,
    count: 8,
  });
  const greatestY = points.reduce((greatest, each) => Math.max(greatest, each.y), 0);
  const y = linearAxis({ least: 0, greatest: greatestY, from: bottom, to: top, count: 5 });
  const body = [
    ...y.ticks.map((tick) => svgLine(left, y.scale(tick), WIDTH - MARGIN - 20, y.scale(tick))),
    ...y.ticks.map((tick) => svgText(left - 8, y.scale(tick) + 4, figureText(tick), { anchor: 'end' })),
    horizontalAxis(x, { top: bottom, bottom: bottom + 4, label: options.xLabel }),
    svgText(0, 0, options.yLabel, {
      anchor: 'middle',
      attributes: `transform="translate(${MARGIN + 6} ${(top + bottom) / 2}) rotate(-90)"`,
    }),
    svgLine(left, bottom, WIDTH - MARGIN - 20, bottom, INK),
    ...lines.map((line, index) => drawLine(line.points, { x, y }, colourOf(index))),
  ].join('\n');
  return svgPicture({ title: options.title, names, body, bottom: bottom + AXIS_HEIGHT, note: options.note });
}

/** More points would not be distinguishable. */
const MOST_MARKS = 40;

function drawLine(
  points: readonly { readonly x: number; readonly y: number }[],
  { x, y }: { x: Axis; y: Axis },
  colour: string,
): string {
  const shown = points.filter((point) => Number.isFinite(point.x + point.y));
  const path = shown.map((point) => `${pixels(x.scale(point.x))},${pixels(y.scale(point.y))}`);
  const marks =
    shown.length > MOST_MARKS
      ? []
      : shown.map(
          (point) =>
            `<circle cx="${pixels(x.scale(point.x))}" cy="${pixels(y.scale(point.y))}" r="3" fill="${colour}"/>`,
        );
  return `<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${marks.join('')}`;
}
