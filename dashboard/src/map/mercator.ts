/** Web Mercator in units of the world's width: x and y in [0, 1], y grows to the south. */
export function mercatorX(lng: number): number {
  return (lng + 180) / 360;
}

/** Web Mercator ends at this latitude; a pole would be at infinity. */
const LAST_LATITUDE = 85.051129;

export function mercatorY(lat: number): number {
  const clamped = Math.max(-LAST_LATITUDE, Math.min(LAST_LATITUDE, lat));
  return (1 - Math.asinh(Math.tan((clamped * Math.PI) / 180)) / Math.PI) / 2;
}

export function mercatorLng(x: number): number {
  return x * 360 - 180;
}

export function mercatorLat(y: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
}

/** MapLibre's size of the world at zoom 0, CSS pixels. */
export const TILE_PIXELS = 512;
