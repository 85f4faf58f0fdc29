import { mercatorX, mercatorY, TILE_PIXELS } from './mercator.ts';

/** From map units in [0, 1] to CSS pixels of the map's box. The map is never rotated or tilted, so this is sufficient. */
export interface Projection {
  readonly pixels: number;
  readonly left: number;
  readonly top: number;
}

export function projectionOf(
  center: { lng: number; lat: number },
  zoom: number,
  width: number,
  height: number,
): Projection {
  const pixels = TILE_PIXELS * 2 ** zoom;
  return {
    pixels,
    left: width / 2 - mercatorX(center.lng) * pixels,
    top: height / 2 - mercatorY(center.lat) * pixels,
  };
}
