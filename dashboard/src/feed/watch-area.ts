import type { Bbox, FleetWatch } from '@rideline/contract';

/**
 * A fleet that the server sends car by car is watched whole, whatever the map shows: list and search then hold every
 * car, and panning shows them at once. A larger one is watched in the map's view (decision 0072).
 */
export type WatchMode = 'fleet' | 'view';

const WORLD: Bbox = [-180, -90, 180, 90];
/** The server sends counts instead of cars above this many (contract: fleetFrameSchema). */
const CARS_ONE_BY_ONE = 2000;
/** Back to the whole fleet only well below, so that one car more or less does not switch to and fro. */
const CARS_BACK = 1600;
/** The view is watched with a margin of this share of its size on each side: a small pan finds cars already there. */
const MARGIN = 0.25;

export interface View {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
  readonly zoom: number;
}

export function nextMode(mode: WatchMode, cellsCame: boolean, fleetSize: number): WatchMode {
  if (mode === 'fleet') return cellsCame || fleetSize > CARS_ONE_BY_ONE ? 'view' : 'fleet';
  return fleetSize < CARS_BACK ? 'fleet' : 'view';
}

export function watchFor(mode: WatchMode, view: View): FleetWatch {
  const zoom = Math.max(0, Math.min(24, view.zoom));
  if (mode === 'fleet') return { bbox: WORLD, zoom };
  const dLng = (view.east - view.west) * MARGIN;
  const dLat = (view.north - view.south) * MARGIN;
  if (view.east - view.west + 2 * dLng >= 360) return { bbox: WORLD, zoom };
  return {
    bbox: [
      wrap(view.west - dLng),
      Math.max(-90, view.south - dLat),
      wrap(view.east + dLng),
      Math.min(90, view.north + dLat),
    ],
    zoom,
  };
}

/** A longitude in [-180, 180]: a box over the antimeridian has west > east, as the contract says. */
function wrap(lng: number): number {
  return lng >= -180 && lng <= 180 ? lng : ((((lng + 180) % 360) + 360) % 360) - 180;
}

/** Two watches that the server would answer alike. */
export function sameWatch(a: FleetWatch, b: FleetWatch): boolean {
  return a.zoom === b.zoom && a.bbox.every((edge, i) => edge === b.bbox[i]);
}
