import type { Palette } from './palette.ts';
import type { Projection } from './projection.ts';

/** A cell of the density picture: its middle in map units and how many cars it holds. */
export interface PlacedCell {
  readonly x: number;
  readonly y: number;
  readonly count: number;
}

/** An H3 cell of resolution 8 is about 0.92 km across (edge 0.53 km): 0.46 km of 40,075 km of world, at the equator. */
const CELL_RADIUS = 0.46 / 40_075;
const SMALLEST_PIXELS = 3;
const SMALLEST_WITH_NUMBER = 11;

/** How many cars are where, when there are more in view than the server sends one by one. */
export function drawCells(
  context: CanvasRenderingContext2D,
  cells: readonly PlacedCell[],
  { pixels, left, top }: Projection,
  palette: Palette,
  width: number,
  height: number,
): void {
  const most = cells.reduce((max, cell) => Math.max(max, cell.count), 1);
  const radius = Math.max(SMALLEST_PIXELS, CELL_RADIUS * pixels * 1.2);
  context.font = '600 11px system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const cell of cells) {
    const x = cell.x * pixels + left;
    const y = cell.y * pixels + top;
    if (x < -radius || y < -radius || x > width + radius || y > height + radius) continue;
    // Logarithmic: a cell of 10 still shows beside one of 1,000.
    context.globalAlpha = 0.05 + 0.3 * (Math.log1p(cell.count) / Math.log1p(most));
    // No state's colour: a cell holds cars of all states.
    context.fillStyle = palette.text;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    if (radius < SMALLEST_WITH_NUMBER) continue;
    context.globalAlpha = 1;
    context.lineWidth = 3;
    context.strokeStyle = palette.land;
    context.strokeText(String(cell.count), x, y);
    context.fillStyle = palette.text;
    context.fillText(String(cell.count), x, y);
  }
  context.globalAlpha = 1;
}
