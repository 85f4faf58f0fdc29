import type { Palette } from './palette.ts';
import type { Projection } from './projection.ts';

/** A cell of the density map: its centre in map units and its number of cars. */
export interface PlacedCell {
  readonly x: number;
  readonly y: number;
  readonly count: number;
}

/** An H3 cell of resolution 8 is about 0.92 km across (edge 0.53 km): 0.46 km of 40,075 km of world, at the equator. */
const CELL_RADIUS_WORLD_WIDTHS = 0.46 / 40_075;
const MIN_RADIUS_PIXELS = 3;
const MIN_NUMBERED_PIXELS = 11;

/** Draws car counts per cell, used when more cars are in view than the server sends singly. */
export function drawCells(
  context: CanvasRenderingContext2D,
  cells: readonly PlacedCell[],
  { pixels, left, top }: Projection,
  palette: Palette,
  width: number,
  height: number,
): void {
  const most = cells.reduce((max, cell) => Math.max(max, cell.count), 1);
  const radius = Math.max(MIN_RADIUS_PIXELS, CELL_RADIUS_WORLD_WIDTHS * pixels * 1.2);
  context.font = '600 11px system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const cell of cells) {
    const x = cell.x * pixels + left;
    const y = cell.y * pixels + top;
    if (x < -radius || y < -radius || x > width + radius || y > height + radius) continue;
    // Logarithmic: a cell with 10 cars stays visible beside one with 1,000.
    context.globalAlpha = 0.05 + 0.3 * (Math.log1p(cell.count) / Math.log1p(most));
    // Not the colour of a state: a cell has cars of all states.
    context.fillStyle = palette.text;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    if (radius < MIN_NUMBERED_PIXELS) continue;
    context.globalAlpha = 1;
    context.lineWidth = 3;
    context.strokeStyle = palette.land;
    context.strokeText(String(cell.count), x, y);
    context.fillStyle = palette.text;
    context.fillText(String(cell.count), x, y);
  }
  context.globalAlpha = 1;
}
