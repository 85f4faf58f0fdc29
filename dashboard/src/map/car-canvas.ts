import type { TrailPoint } from '../cabs/trail.ts';
import type { Cab } from '../feed/fleet-store.ts';
import type { AgeTier } from '../time/age.ts';
import type { Trips } from '../trips/trip-store.ts';
import { type CarMarks, drawCarMarks, markColumn, markRow, markScale, TIER_ALPHA } from './car-marks.ts';
import type { CarMotion } from './car-motion.ts';
import { drawCells, type PlacedCell } from './cell-layer.ts';
import { shownAt } from './glide.ts';
import type { Palette } from './palette.ts';
import type { Projection } from './projection.ts';
import { drawRingAndName, drawTrail } from './selection-layer.ts';
import { type DrawnTrip, drawRiders, drawTripLines, type TripScene } from './trip-layer.ts';

export interface Scene {
  readonly motion: CarMotion;
  readonly projection: Projection;
  readonly zoom: number;
  readonly nowMs: number;
  readonly palette: Palette;
  readonly selected: string | null;
  readonly trail: readonly TrailPoint[];
  readonly cells: readonly PlacedCell[] | null;
  readonly trips: Trips;
  readonly selectedTrip: string | null;
  readonly tierOf: (cab: Cab) => AgeTier;
}

interface DrawnCar {
  readonly cab: Cab;
  readonly x: number;
  readonly y: number;
  readonly tier: AgeTier;
  readonly heading: number | null;
}

/** Above this many cars in view each is a dot: 10,000 headings in one window are unreadable and cost 35 ms per frame. */
const MAX_MARKS = 2500;
/** A mark extends this far beyond its centre, CSS pixels. */
const MARGIN_PIXELS = 16;

/**
 * The cars, on a separate canvas above the map: when only cars move, the map below is not redrawn (decision 0071).
 * Cars are drawn in order of age, so that a fresh car is never hidden below a stale one.
 */
export class CarCanvas {
  readonly element = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D;
  readonly #marks = new Map<string, CarMarks>();
  #palette: Palette | null = null;
  #ratio = 1;
  #width = 0;
  #height = 0;
  /** What was drawn last, in CSS pixels, for the pointer. */
  #drawn: DrawnCar[] = [];
  #riders: DrawnTrip[] = [];

  constructor() {
    const context = this.element.getContext('2d');
    if (context === null) throw new Error('no 2D canvas');
    this.#context = context;
    this.element.className = 'map-cars';
    this.element.setAttribute('aria-hidden', 'true');
  }

  resize(width: number, height: number, ratio: number): void {
    this.#width = width;
    this.#height = height;
    this.#ratio = ratio;
    this.element.width = Math.round(width * ratio);
    this.element.height = Math.round(height * ratio);
  }

  /** @returns whether any car in view is still moving, that is whether the next frame would differ */
  draw(scene: Scene): boolean {
    if (scene.palette !== this.#palette) this.#marks.clear();
    this.#palette = scene.palette;
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.clearRect(0, 0, this.element.width, this.element.height);
    context.scale(this.#ratio, this.#ratio);
    if (scene.cells !== null)
      drawCells(context, scene.cells, scene.projection, scene.palette, this.#width, this.#height);
    const moving = this.#place(scene);
    const selected =
      scene.selected === null ? undefined : this.#drawn.find(({ cab }) => cab.id === scene.selected);
    const trips = this.#tripScene(scene);
    if (trips !== null) drawTripLines(context, trips);
    if (selected !== undefined) drawTrail(context, scene, selected);
    if (this.#drawn.length > MAX_MARKS) this.#drawDots(scene.palette);
    else this.#drawMarks(scene, this.#drawn);
    if (selected !== undefined) {
      drawRingAndName(context, scene.palette, selected);
      this.#drawMarks(scene, [selected]);
    }
    this.#riders = trips === null ? [] : drawRiders(context, trips);
    return moving;
  }

  /** null when there are so many cars that each is a dot: lines between dots are unreadable. */
  #tripScene(scene: Scene): TripScene | null {
    if (scene.cells !== null || this.#drawn.length > MAX_MARKS) return null;
    const { trips, selectedTrip, projection, palette, motion, nowMs } = scene;
    const { pixels, left, top } = projection;
    const carAt = (driverId: string) => {
      const held = motion.get(driverId);
      if (held === undefined) return null;
      const shown = shownAt(held.glide, nowMs);
      return { x: shown.x * pixels + left, y: shown.y * pixels + top };
    };
    return { trips, selected: selectedTrip, projection, palette, carAt };
  }

  #place({ motion, projection, nowMs, tierOf, selected }: Scene): boolean {
    const { pixels, left, top } = projection;
    let moving = false;
    this.#drawn = [];
    for (const { cab, glide } of motion.values()) {
      const shown = shownAt(glide, nowMs);
      const x = shown.x * pixels + left;
      const y = shown.y * pixels + top;
      const isNear =
        x > -MARGIN_PIXELS &&
        y > -MARGIN_PIXELS &&
        x < this.#width + MARGIN_PIXELS &&
        y < this.#height + MARGIN_PIXELS;
      if (!isNear && cab.id !== selected) continue;
      moving ||= shown.moving;
      // A derived heading is that of the leg on which the car is shown; a phone's own heading is kept.
      const heading = cab.derived && shown.moving ? shown.heading : cab.heading;
      this.#drawn.push({ cab, x, y, tier: tierOf(cab), heading });
    }
    return moving;
  }

  #drawMarks({ zoom, palette }: Scene, cars: readonly DrawnCar[]): void {
    const { picture, cell } = this.#marksFor(markScale(zoom), palette);
    const context = this.#context;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    for (const tier of [2, 1, 0] as const) {
      context.globalAlpha = TIER_ALPHA[tier];
      for (const { cab, x, y, tier: own, heading } of cars) {
        if (own !== tier) continue;
        const left = Math.round(x * this.#ratio - cell / 2);
        const top = Math.round(y * this.#ratio - cell / 2);
        const column = markColumn(cab.state === 'offline' ? null : heading) * cell;
        context.drawImage(
          picture,
          column,
          markRow(cab.state, tier) * cell,
          cell,
          cell,
          left,
          top,
          cell,
          cell,
        );
      }
    }
    context.restore();
  }

  /** The shape still shows the state: on trip a filled square, available a frame, offline a point. */
  #drawDots(palette: Palette): void {
    const context = this.#context;
    for (const tier of [2, 1, 0] as const) {
      context.globalAlpha = TIER_ALPHA[tier];
      for (const { cab, x, y, tier: own } of this.#drawn) {
        if (own !== tier) continue;
        context.fillStyle = palette[cab.state];
        const size = cab.state === 'offline' ? 2 : 5;
        context.fillRect(Math.round(x) - size / 2, Math.round(y) - size / 2, size, size);
        if (cab.state !== 'available') continue;
        context.fillStyle = palette.surface;
        context.fillRect(Math.round(x) - 1, Math.round(y) - 1, 2, 2);
      }
    }
    context.globalAlpha = 1;
  }

  #marksFor(scale: number, palette: Palette): CarMarks {
    const key = `${scale}@${this.#ratio}`;
    const held = this.#marks.get(key);
    if (held !== undefined) return held;
    const marks = drawCarMarks(palette, scale, this.#ratio);
    this.#marks.set(key, marks);
    return marks;
  }

  /** The nearest car to a point of the map's box within `reach`, CSS pixels. */
  carAt(x: number, y: number, reach: number): Cab | null {
    let nearest: Cab | null = null;
    let best = reach * reach;
    for (const drawn of this.#drawn) {
      const distance = (drawn.x - x) ** 2 + (drawn.y - y) ** 2;
      if (distance > best) continue;
      best = distance;
      nearest = drawn.cab;
    }
    return nearest;
  }

  /** The nearest waiting rider to a point of the map's box within `reach`, CSS pixels: the id of the rider's trip. */
  riderAt(x: number, y: number, reach: number): string | null {
    let nearest: string | null = null;
    let best = reach * reach;
    for (const rider of this.#riders) {
      const distance = (rider.x - x) ** 2 + (rider.y - y) ** 2;
      if (distance > best) continue;
      best = distance;
      nearest = rider.tripId;
    }
    return nearest;
  }

  /** Cars drawn within the box. */
  get count(): number {
    return this.#drawn.length;
  }
}
