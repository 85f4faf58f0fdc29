import type { TrailPoint } from '../cabs/trail.ts';
import { mercatorX, mercatorY } from './mercator.ts';
import type { Palette } from './palette.ts';
import type { Projection } from './projection.ts';

interface SelectionScene {
  readonly projection: Projection;
  readonly palette: Palette;
  readonly trail: readonly TrailPoint[];
}

/** A longer gap between fixes is drawn as a thin dashed line: the positions in between are unknown. */
const GAP_MS = 5 * 60_000;
const OLDEST_ALPHA = 0.25;
const RING = 15;

interface ChosenCar {
  readonly x: number;
  readonly y: number;
  readonly cab: { readonly id: string; readonly at: number };
}

/** Draws ring and name, above the other cars. */
export function drawRingAndName(context: CanvasRenderingContext2D, palette: Palette, car: ChosenCar): void {
  context.globalAlpha = 1;
  context.beginPath();
  context.arc(car.x, car.y, RING, 0, 2 * Math.PI);
  context.strokeStyle = palette.accent;
  context.lineWidth = 2;
  context.stroke();
  drawName(context, car.cab.id, car, palette);
}

/** Draws the trail, below the cars. It ends where the car is shown, not at its last fix ahead of it. */
export function drawTrail(
  context: CanvasRenderingContext2D,
  { projection, palette, trail: whole }: SelectionScene,
  car: ChosenCar,
): void {
  const trail = whole.filter((point) => point.at < car.cab.at);
  const oldest = trail[0]?.at ?? car.cab.at;
  const span = Math.max(1, car.cab.at - oldest);
  const places = trail.map((point) => ({
    x: mercatorX(point.lng) * projection.pixels + projection.left,
    y: mercatorY(point.lat) * projection.pixels + projection.top,
    at: point.at,
  }));
  places.push({ x: car.x, y: car.y, at: car.cab.at });
  context.strokeStyle = palette.accent;
  context.fillStyle = palette.accent;
  context.lineCap = 'round';
  places.forEach((to, i) => {
    const from = places[i - 1];
    if (from === undefined) return;
    const gap = to.at - from.at > GAP_MS;
    context.globalAlpha = OLDEST_ALPHA + (1 - OLDEST_ALPHA) * ((to.at - oldest) / span);
    context.lineWidth = gap ? 1 : 2.5;
    context.setLineDash(gap ? [2, 5] : []);
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
    context.fillRect(from.x - 1.75, from.y - 1.75, 3.5, 3.5);
  });
  context.setLineDash([]);
}

function drawName(
  context: CanvasRenderingContext2D,
  name: string,
  { x, y }: ChosenCar,
  palette: Palette,
): void {
  context.font = '600 12px system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const width = context.measureText(name).width + 12;
  context.fillStyle = palette.accent;
  context.beginPath();
  context.roundRect(x - width / 2, y + RING + 5, width, 20, 4);
  context.fill();
  context.fillStyle = palette.onAccent;
  context.fillText(name, x, y + RING + 15.5);
}
