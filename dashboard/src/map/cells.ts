import type { Fleet } from '../feed/fleet-store.ts';
import type { PlacedCell } from './cell-layer.ts';
import { mercatorX, mercatorY } from './mercator.ts';

/** The cells of a frame with their position on the map. */
export function placeCells(cells: Fleet['cells']): readonly PlacedCell[] | null {
  return cells?.map(([, count, lat, lng]) => ({ x: mercatorX(lng), y: mercatorY(lat), count })) ?? null;
}
