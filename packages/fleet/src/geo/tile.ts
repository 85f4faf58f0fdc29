import { cellToLatLng, latLngToCell } from 'h3-js';

/** Tiles of Uber's H3 grid: hexagons of about equal area, https://h3geo.org/docs/core-library/restable. */
export const TILE_RESOLUTION = {
  /** About 5.2 km², 1.4 km a side: what riders who ask from near by share. */
  neighbourhood: 7,
  /** About 0.74 km², 530 m a side: the finest at which cars are shown as counts. */
  block: 8,
} as const;
export type TileSize = keyof typeof TILE_RESOLUTION;

/** The tile of a place, as an H3 index. */
export function tileOf({ lat, lng }: { readonly lat: number; readonly lng: number }, size: TileSize): string {
  return latLngToCell(lat, lng, TILE_RESOLUTION[size]);
}

export function tileCentre(tile: string): { readonly lat: number; readonly lng: number } {
  const [lat, lng] = cellToLatLng(tile);
  return { lat, lng };
}
