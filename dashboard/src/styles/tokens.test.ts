import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

type Rgb = readonly [number, number, number];

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const [light = '', dark = ''] = css.split(':root[data-theme="dark"]');
const colours = (block: string) =>
  new Map(
    [...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = '', hex = '']) => [name, rgb(hex)]),
  );

function rgb(hex: string): Rgb {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return [part(1), part(3), part(5)];
}

const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

/** WCAG 2.2 contrast ratio. */
function contrast(a: Rgb, b: Rgb): number {
  const luminance = ([r, g, b]: Rgb) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Severity 1.0 of Machado, Oliveira, Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", 2009. */
const DEFICIENCIES: Readonly<Record<string, readonly [Rgb, Rgb, Rgb]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** OKLab of linear light: distances in it match perceived differences (0.02 is just noticeable). */
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function distanceSeenWith(matrix: readonly [Rgb, Rgb, Rgb], a: Rgb, b: Rgb): number {
  const seen = (colour: Rgb): Rgb => {
    const light = colour.map(linear) as unknown as Rgb;
    const row = (m: Rgb) => Math.max(0, Math.min(1, m[0] * light[0] + m[1] * light[1] + m[2] * light[2]));
    return oklab([row(matrix[0]), row(matrix[1]), row(matrix[2])]);
  };
  const [x, y] = [seen(a), seen(b)];
  return Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

describe.each([
  ['light', colours(light)],
  ['dark', colours(dark)],
])('%s colours', (_, palette) => {
  const of = (name: string): Rgb => {
    const colour = palette.get(name);
    if (colour === undefined) throw new Error(`no --${name}`);
    return colour;
  };

  it.each([
    ['text', 'surface'],
    ['text', 'hover'],
    ['text', 'chosen'],
    ['muted', 'surface'],
    ['muted', 'sunken'],
    ['muted', 'hover'],
    ['muted', 'chosen'],
    ['muted', 'map-beyond'],
    ['bad', 'surface'],
    ['good', 'surface'],
    ['on-accent', 'accent'],
    ['map-place', 'map-land'],
  ])('MAP-18: %s on %s has a contrast of 4.5 to 1', (text, ground) => {
    expect(contrast(of(text), of(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['available', 'busy', 'offline', 'accent'])(
    'MAP-18: a mark in %s has a contrast of 3 to 1 against land and list',
    (mark) => {
      expect(contrast(of(mark), of('map-land'))).toBeGreaterThanOrEqual(3);
      expect(contrast(of(mark), of('surface'))).toBeGreaterThanOrEqual(3);
    },
  );

  it.each(Object.keys(DEFICIENCIES))('MAP-18: available, on trip and selected differ with %s', (name) => {
    const matrix = DEFICIENCIES[name];
    if (matrix === undefined) throw new Error(name);
    for (const [a, b] of [
      ['available', 'busy'],
      ['busy', 'accent'],
      ['busy', 'offline'],
    ] as const) {
      expect(distanceSeenWith(matrix, of(a), of(b)), `${a} and ${b}`).toBeGreaterThan(0.08);
    }
  });
});
