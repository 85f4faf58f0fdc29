import type { Bbox, DriverId, FleetFrame, FleetWatch } from '@rideline/contract';
import { cellToLatLng } from 'h3-js';
import { cellOf, type FleetMap, type MappedVehicle, toWire } from './fleet-map.ts';

/** In view above which cells are counted instead of vehicles, and below which vehicles come back: apart, so that it does not flicker. */
const MOST_VEHICLES = 2000;
const VEHICLES_AGAIN = 1800;
/** Cells change slowly and cost a walk over all in view. */
const CELLS_EVERY_MS = 1000;
/** A page hears at least this often that the feed lives. */
const LIFE_SIGN_MS = 1000;

/** west > east: the box crosses the antimeridian. */
export function isInside(
  [west, south, east, north]: Bbox,
  { lat, lng }: { lat: number; lng: number },
): boolean {
  if (lat < south || lat > north) return false;
  return west <= east ? lng >= west && lng <= east : lng >= west || lng <= east;
}

type FleetCell = NonNullable<FleetFrame['cells']>[number];
export type FrameBody = Omit<FleetFrame, 'at' | 'counts'>;

/** What one operator's page shows: its box, and what it holds of the fleet. */
export class FleetView {
  readonly #map: FleetMap;
  #watch: FleetWatch | null = null;
  readonly #inView = new Map<DriverId, MappedVehicle>();
  #full = true;
  #asCells = false;
  #sentAt = 0;

  constructor(map: FleetMap) {
    this.#map = map;
  }

  get inView(): number {
    return this.#inView.size;
  }

  watch(watch: FleetWatch): void {
    this.#watch = watch;
    this.#full = true;
  }

  /** The page has missed a frame: the next one holds everything. */
  startAnew(): void {
    this.#full = true;
  }

  /** The next frame, or null when there is nothing to say. */
  frame(changes: ReturnType<FleetMap['takeChanges']>, nowMs: number): FrameBody | null {
    if (this.#watch === null) return null;
    const body = this.#full ? this.#fullFrame(this.#watch.bbox) : this.#delta(this.#watch.bbox, changes);
    const mode = this.#switchMode();
    if (mode === 'cells') return this.#cells(nowMs);
    const say =
      body.full ||
      body.vehicles.length > 0 ||
      body.removed.length > 0 ||
      nowMs - this.#sentAt >= LIFE_SIGN_MS;
    if (!say) return null;
    this.#sentAt = nowMs;
    return mode === 'vehicles again' ? this.#everythingInView() : body;
  }

  #switchMode(): 'cells' | 'vehicles' | 'vehicles again' {
    if (this.#inView.size > MOST_VEHICLES) this.#asCells = true;
    else if (this.#asCells && this.#inView.size <= VEHICLES_AGAIN) {
      this.#asCells = false;
      this.#sentAt = 0;
      return 'vehicles again';
    }
    return this.#asCells ? 'cells' : 'vehicles';
  }

  #fullFrame(bbox: Bbox): FrameBody {
    this.#full = false;
    this.#sentAt = 0;
    this.#inView.clear();
    for (const vehicle of this.#map.vehicles) {
      if (isInside(bbox, vehicle)) this.#inView.set(vehicle.driverId, vehicle);
    }
    return this.#inView.size > MOST_VEHICLES
      ? { full: true, vehicles: [], removed: [] }
      : this.#everythingInView();
  }

  #everythingInView(): FrameBody {
    return { full: true, vehicles: [...this.#inView.values()].map(toWire), removed: [] };
  }

  #delta(bbox: Bbox, { changed, gone }: ReturnType<FleetMap['takeChanges']>): FrameBody {
    const vehicles: FrameBody['vehicles'] = [];
    const removed: DriverId[] = [];
    for (const driverId of gone) if (this.#inView.delete(driverId)) removed.push(driverId);
    for (const vehicle of changed) {
      if (isInside(bbox, vehicle)) {
        this.#inView.set(vehicle.driverId, vehicle);
        vehicles.push(toWire(vehicle));
      } else if (this.#inView.delete(vehicle.driverId)) removed.push(vehicle.driverId);
    }
    return { full: false, vehicles, removed };
  }

  #cells(nowMs: number): FrameBody | null {
    if (nowMs - this.#sentAt < CELLS_EVERY_MS) return null;
    this.#sentAt = nowMs;
    const counts = new Map<string, number>();
    for (const vehicle of this.#inView.values()) {
      const cell = cellOf(vehicle);
      counts.set(cell, (counts.get(cell) ?? 0) + 1);
    }
    const cells = [...counts].map(([cell, count]): FleetCell => [cell, count, ...cellToLatLng(cell)]);
    return { full: true, vehicles: [], removed: [], cells };
  }
}
