import type { Bbox, DriverId, FleetFrame, FleetWatch } from '@rideline/contract';
import { cellToLatLng } from 'h3-js';
import { cellOf, type FleetMap, type MappedVehicle, toWire } from './fleet-map.ts';

/** Vehicles in view above which cells are sent, and at which vehicles are sent again; apart, so that the view does not flicker. */
const MAX_VEHICLES = 2000;
const VEHICLES_AGAIN = 1800;
/** Cells change slowly and cost a loop over all vehicles in view. */
const CELLS_INTERVAL_MS = 1000;
/** A page gets a frame at least this often, so that it knows that the feed is alive. */
const KEEPALIVE_MS = 1000;

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

/** The view of one dashboard: its bounding box, and the vehicles that the page has. */
export class FleetView {
  readonly #map: FleetMap;
  #watch: FleetWatch | null = null;
  readonly #inView = new Map<DriverId, MappedVehicle>();
  #full = true;
  #asCells = false;
  #sentAtMs = 0;

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

  /** The page missed a frame: the next one is full. */
  sendFullNext(): void {
    this.#full = true;
  }

  /** The next frame, or null when there is nothing to send. */
  frame(changes: ReturnType<FleetMap['takeChanges']>, nowMs: number): FrameBody | null {
    if (this.#watch === null) return null;
    const body = this.#full ? this.#fullFrame(this.#watch.bbox) : this.#delta(this.#watch.bbox, changes);
    const mode = this.#switchMode();
    if (mode === 'cells') return this.#cells(nowMs);
    const isDue =
      body.full ||
      body.vehicles.length > 0 ||
      body.removed.length > 0 ||
      nowMs - this.#sentAtMs >= KEEPALIVE_MS;
    if (!isDue) return null;
    this.#sentAtMs = nowMs;
    return mode === 'vehicles again' ? this.#everythingInView() : body;
  }

  #switchMode(): 'cells' | 'vehicles' | 'vehicles again' {
    if (this.#inView.size > MAX_VEHICLES) this.#asCells = true;
    else if (this.#asCells && this.#inView.size <= VEHICLES_AGAIN) {
      this.#asCells = false;
      this.#sentAtMs = 0;
      return 'vehicles again';
    }
    return this.#asCells ? 'cells' : 'vehicles';
  }

  #fullFrame(bbox: Bbox): FrameBody {
    this.#full = false;
    this.#sentAtMs = 0;
    this.#inView.clear();
    for (const vehicle of this.#map.vehicles) {
      if (isInside(bbox, vehicle)) this.#inView.set(vehicle.driverId, vehicle);
    }
    return this.#inView.size > MAX_VEHICLES
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
    if (nowMs - this.#sentAtMs < CELLS_INTERVAL_MS) return null;
    this.#sentAtMs = nowMs;
    const counts = new Map<string, number>();
    for (const vehicle of this.#inView.values()) {
      const cell = cellOf(vehicle);
      counts.set(cell, (counts.get(cell) ?? 0) + 1);
    }
    const cells = [...counts].map(([cell, count]): FleetCell => [cell, count, ...cellToLatLng(cell)]);
    return { full: true, vehicles: [], removed: [], cells };
  }
}
