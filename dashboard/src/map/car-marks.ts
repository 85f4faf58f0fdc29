import type { FleetState } from '@rideline/contract';
import type { AgeTier } from '../time/age.ts';
import type { Palette } from './palette.ts';

/**
 * One sprite sheet with every mark of a car, so that drawing a car is one copy without scaling or rotation.
 * Columns: 36 headings and one without. Rows: state × (plain, ringed by age). The shape shows the state as the colour
 * does: available is a hollow disc, on trip a filled one, offline a small hollow square without a heading.
 */
export interface CarMarks {
  readonly picture: HTMLCanvasElement;
  /** Side of a mark, device pixels. */
  readonly cell: number;
}

const HEADINGS = 36;
const ROWS: readonly (readonly [FleetState, boolean])[] = [
  ['available', false],
  ['available', true],
  ['busy', false],
  ['busy', true],
  ['offline', false],
];
/** CSS pixels at scale 1: the disc, the tip of its nose, the ring and the box around all of it. */
const DISC = 5.5;
const NOSE = 10.5;
const RING = 11;
const BOX = 28;

export function drawCarMarks(palette: Palette, scale: number, pixelRatio: number): CarMarks {
  const cell = Math.ceil(BOX * scale * pixelRatio);
  const picture = document.createElement('canvas');
  picture.width = cell * (HEADINGS + 1);
  picture.height = cell * ROWS.length;
  const context = picture.getContext('2d');
  if (context === null) throw new Error('no 2D canvas');
  ROWS.forEach(([state, ringed], row) => {
    for (let column = 0; column <= HEADINGS; column++) {
      context.setTransform(1, 0, 0, 1, (column + 0.5) * cell, (row + 0.5) * cell);
      context.scale(scale * pixelRatio, scale * pixelRatio);
      if (ringed) drawRing(context, palette[state]);
      if (column < HEADINGS) context.rotate((column / HEADINGS) * 2 * Math.PI);
      drawBody(context, state, column < HEADINGS, palette);
    }
  });
  return { picture, cell };
}

function drawBody(
  context: CanvasRenderingContext2D,
  state: FleetState,
  nose: boolean,
  palette: Palette,
): void {
  const path = new Path2D();
  if (state === 'offline') path.rect(-3.5, -3.5, 7, 7);
  else if (nose) {
    const side = Math.PI / 3.4;
    path.arc(0, 0, DISC, -Math.PI / 2 + side, -Math.PI / 2 - side);
    path.lineTo(0, -NOSE);
    path.closePath();
  } else path.arc(0, 0, DISC, 0, 2 * Math.PI);
  context.lineJoin = 'round';
  // An edge in the map's colour separates marks that touch.
  context.strokeStyle = palette.land;
  context.lineWidth = state === 'available' ? 5 : 3;
  context.stroke(path);
  context.fillStyle = state === 'busy' ? palette.busy : palette.surface;
  context.fill(path);
  if (state === 'busy') return;
  context.strokeStyle = palette[state];
  context.lineWidth = state === 'available' ? 2.25 : 1.5;
  context.stroke(path);
}

function drawRing(context: CanvasRenderingContext2D, colour: string): void {
  context.beginPath();
  context.arc(0, 0, RING, 0, 2 * Math.PI);
  context.setLineDash([3, 2.76]);
  context.strokeStyle = colour;
  context.lineWidth = 1.25;
  context.stroke();
  context.setLineDash([]);
}

/** The column of a car's mark. @param heading degrees from north, null: unknown */
export function markColumn(heading: number | null): number {
  if (heading === null) return HEADINGS;
  return ((Math.round((heading / 360) * HEADINGS) % HEADINGS) + HEADINGS) % HEADINGS;
}

export function markRow(state: FleetState, tier: AgeTier): number {
  // An offline car sends no fixes: a ring around each would be noise.
  if (state === 'offline') return 4;
  return (state === 'available' ? 0 : 2) + (tier === 2 ? 1 : 0);
}

/** Opacity by age tier. Offline cars are already small and grey. */
export const TIER_ALPHA: readonly [number, number, number] = [1, 0.7, 0.5];

/** At low zoom the city is small and full-size cars would cover it. */
export function markScale(zoom: number): number {
  if (zoom < 10.5) return 0.55;
  if (zoom < 12.5) return 0.75;
  return zoom < 14 ? 1 : 1.2;
}
