import type { Bbox, FleetWatch } from '@rideline/contract';

/**
 * A fleet that the server sends car by car is watched as a whole, whatever the map shows: list and search then contain
 * every car, and panning shows them at once. A larger fleet is watched in the map's view (decision 0072).
 */
export type WatchMode = 'fleet' | 'view';

const WORLD: Bbox = [-180, -90, 180, 90];
/** Above this many cars the server sends counts per cell (contract: fleetFrameSchema). */
const MAX_SINGLE_CARS = 2000;
/** The page switches back to the whole fleet only below this, so that one car more or less does not toggle the mode. */
const SWITCH_BACK_CARS = 1600;
/** The watched area extends the view by this share of its size on each side, so that a small pan shows cars at once. */
const MARGIN_SHARE = 0.25;

export interface View {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
  readonly zoom: number;
}

export function nextMode(mode: WatchMode, cellsCame: boolean, fleetSize: number): WatchMode {
  if (mode === 'fleet') return cellsCame || fleetSize > MAX_SINGLE_CARS ? 'view' : 'fleet';
  return fleetSize < SWITCH_BACK_CARS ? 'fleet' : 'view';
}

export function watchFor(mode: WatchMode, view: View): FleetWatch {
  const zoom = Math.max(0, Math.min(24, view.zoom));
  if (mode === 'fleet') return { bbox: WORLD, zoom };
  const dLng = (view.east - view.west) * MARGIN_SHARE;
  const dLat = (view.north - view.south) * MARGIN_SHARE;
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

/** A longitude in [-180, 180]: a box across the antimeridian has west > east, as the contract defines. */
function wrap(lng: number): number {
  return lng >= -180 && lng <= 180 ? lng : ((((lng + 180) % 360) + 360) % 360) - 180;
}

/** Whether the server treats both watches alike. */
export function sameWatch(a: FleetWatch, b: FleetWatch): boolean {
  return a.zoom === b.zoom && a.bbox.every((edge, i) => edge === b.bbox[i]);
}
