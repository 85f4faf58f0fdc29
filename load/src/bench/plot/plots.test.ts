import { describe, expect, it } from 'vitest';
import { figureText, linearAxis } from './axis.ts';
import { barPlot, linePlot } from './plots.ts';

const pixelsOf = { from: 100, to: 700, count: 6 };

describe('axis', () => {
  it.each([
    [0, 640, [0, 200, 400, 600, 800]],
    [0, 600, [0, 100, 200, 300, 400, 500, 600]],
    [0, 0.3, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]],
    [20_000, 200_000, [0, 50_000, 100_000, 150_000, 200_000]],
  ])('from %d to %d has round ticks that reach both ends', (least, greatest, ticks) => {
    const axis = linearAxis({ least, greatest, ...pixelsOf });
    expect(axis.ticks).toEqual(ticks);
    expect([axis.scale(ticks[0] as number), axis.scale(ticks.at(-1) as number)]).toEqual([100, 700]);
  });

  it.each([
    [0, 0],
    [5, 5],
    [7, 3],
  ])('from %d to %d, an empty range, still has a width', (least, greatest) => {
    const { ticks, scale } = linearAxis({ least, greatest, ...pixelsOf });
    expect(ticks.length).toBeGreaterThan(1);
    expect(Number.isFinite(scale(least))).toBe(true);
  });

  it('figures keep three significant digits', () => {
    expect([0, 0.012345, 31.234, 1234.5, 200_000].map(figureText)).toEqual([
      '0',
      '0.0123',
      '31.2',
      '1,235',
      '200,000',
    ]);
    expect(figureText(Number.NaN)).toBe('–');
  });
});

describe('plots', () => {
  it('stacks the parts of a bar, and draws nothing for a missing figure', () => {
    const parts = [
      { name: 'gateways', value: 300 },
      { name: 'redis', value: Number.NaN },
      { name: 'mongo', value: 100 },
    ];
    const svg = barPlot({ title: 'CPU', unit: 'µs', bars: [{ label: 'a <b>', parts }], note: 'here' });
    const rects = [...svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="20"/g)];
    const [first, second, third] = rects.map(([, x, width]) => ({ x: Number(x), width: Number(width) }));
    expect(second?.width).toBe(0);
    expect(third?.x).toBeCloseTo((first?.x ?? 0) + (first?.width ?? 0), 0);
    expect((first?.width ?? 0) / (third?.width ?? 1)).toBeCloseTo(3, 1);
    expect(svg).not.toMatch(/NaN|<b>/);
  });

  it('draws without points', () => {
    const lines = [{ name: 'rss', points: [] }];
    expect(linePlot({ title: 'RSS', xLabel: 'min', yLabel: 'MiB', lines, note: '' })).not.toContain('NaN');
  });
});
