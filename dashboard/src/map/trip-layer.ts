import type { Point, TripSummary } from '@rideline/contract';
import { type MarkFill, markOf } from '../trips/trip-marks.ts';
import { groupOf, hasEnded, type Trips } from '../trips/trip-store.ts';
import { mercatorX, mercatorY } from './mercator.ts';
import type { Palette } from './palette.ts';
import type { Projection } from './projection.ts';

export interface TripScene {
  readonly trips: Trips;
  readonly selected: string | null;
  readonly projection: Projection;
  readonly palette: Palette;
  /** The shown position of a cab, CSS pixels; null when it is not on the page. */
  readonly carAt: (driverId: string) => Spot | null;
}

export interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface DrawnTrip extends Spot {
  readonly tripId: string;
}

/** Half the diagonal of a rider's diamond. */
const RIDER_PIXELS = 5.5;
const SELECTED_RIDER_PIXELS = 8;
const FAINT_ALPHA = 0.55;

function spotOf({ lat, lng }: Point, { pixels, left, top }: Projection): Spot {
  return { x: mercatorX(lng) * pixels + left, y: mercatorY(lat) * pixels + top };
}

/** Draws lines below the cars: open offers dashed from the driver, the way to the pick-up solid, and the ride dotted. */
export function drawTripLines(context: CanvasRenderingContext2D, scene: TripScene): void {
  const { trips, selected, projection, palette, carAt } = scene;
  context.lineCap = 'round';
  for (const trip of trips.values()) {
    if (hasEnded(trip)) continue;
    const emphasised = trip.tripId === selected;
    const pickup = spotOf(trip.pickup, projection);
    context.globalAlpha = emphasised ? 1 : FAINT_ALPHA;
    context.lineWidth = emphasised ? 2.5 : 1.25;
    for (const { driverId } of trip.offers) line(context, palette.rider, carAt(driverId), pickup, [4, 4]);
    if (trip.driverId === null) continue;
    const car = carAt(trip.driverId);
    const group = groupOf(trip.state);
    if (group === 'pickup') line(context, palette.busy, car, pickup, trip.slot === 'queued' ? [8, 6] : []);
    if (group === 'on_trip' || emphasised) {
      const from = group === 'on_trip' && car !== null ? car : pickup;
      line(context, palette.busy, from, spotOf(trip.dropoff, projection), [1.5, 5]);
    }
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function line(
  context: CanvasRenderingContext2D,
  colour: string,
  from: Spot | null,
  to: Spot,
  dash: number[],
): void {
  if (from === null) return;
  context.setLineDash(dash);
  context.strokeStyle = colour;
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
}

/** Draws a diamond at the pick-up of each waiting rider, above the cars. @returns where each was drawn, for the pointer */
export function drawRiders(context: CanvasRenderingContext2D, scene: TripScene): DrawnTrip[] {
  const { trips, selected, projection, palette } = scene;
  const drawn: DrawnTrip[] = [];
  for (const trip of trips.values()) {
    const emphasised = trip.tripId === selected;
    const { onMap } = markOf(trip.state);
    if (onMap === 'never' || (onMap === 'selected' && !emphasised)) continue;
    const { x, y } = spotOf(trip.pickup, projection);
    drawRider(context, { x, y }, trip, emphasised ? SELECTED_RIDER_PIXELS : RIDER_PIXELS, palette);
    drawn.push({ tripId: trip.tripId, x, y });
    if (emphasised) drawTarget(context, spotOf(trip.dropoff, projection), palette);
  }
  return drawn;
}

function diamond(context: CanvasRenderingContext2D, { x, y }: Spot, size: number): void {
  context.beginPath();
  context.moveTo(x, y - size);
  context.lineTo(x + size, y);
  context.lineTo(x, y + size);
  context.lineTo(x - size, y);
  context.closePath();
}

function drawRider(
  context: CanvasRenderingContext2D,
  at: Spot,
  { state }: TripSummary,
  size: number,
  palette: Palette,
): void {
  const { fill, colour } = markOf(state);
  diamond(context, at, size);
  context.lineJoin = 'round';
  context.strokeStyle = palette.land;
  context.lineWidth = 4;
  context.stroke();
  context.fillStyle = fill === 'full' ? palette[colour] : palette.surface;
  context.fill();
  context.strokeStyle = palette[colour];
  context.lineWidth = 2;
  context.stroke();
  fillPart(context, at, size, fill, palette[colour]);
}

/** The filled part of a diamond that is not filled as a whole. */
function fillPart(
  context: CanvasRenderingContext2D,
  { x, y }: Spot,
  size: number,
  fill: MarkFill,
  colour: string,
): void {
  if (fill === 'none' || fill === 'full') return;
  context.beginPath();
  if (fill === 'dot') context.arc(x, y, size / 3, 0, 2 * Math.PI);
  else {
    context.moveTo(x, y - size);
    context.lineTo(x + size, y);
    context.lineTo(x, y + size);
    context.closePath();
  }
  context.fillStyle = colour;
  context.fill();
}

/** Marks the drop-off of the selected trip. */
function drawTarget(context: CanvasRenderingContext2D, { x, y }: Spot, palette: Palette): void {
  context.beginPath();
  context.arc(x, y, 6, 0, 2 * Math.PI);
  context.fillStyle = palette.surface;
  context.fill();
  context.strokeStyle = palette.busy;
  context.lineWidth = 2;
  context.stroke();
  context.beginPath();
  context.arc(x, y, 2, 0, 2 * Math.PI);
  context.fillStyle = palette.busy;
  context.fill();
}
