export interface Point {
  readonly lat: number;
  readonly lng: number;
}

/** Where the driver is. `speed`: m/s · `heading`: degrees from north · `accuracy`: metres. */
export interface Place extends Point {
  readonly speed: number | null;
  readonly heading: number | null;
  readonly accuracy: number | null;
}

const EARTH_RADIUS_METRES = 6_371_008.8;
const RADIANS = Math.PI / 180;

/** Great-circle distance, metres (haversine). */
export function metresBetween(from: Point, to: Point): number {
  const sinLat = Math.sin(((to.lat - from.lat) * RADIANS) / 2);
  const sinLng = Math.sin(((to.lng - from.lng) * RADIANS) / 2);
  const h = sinLat ** 2 + Math.cos(from.lat * RADIANS) * Math.cos(to.lat * RADIANS) * sinLng ** 2;
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Initial bearing, degrees clockwise from north in [0, 360). */
export function bearing(from: Point, to: Point): number {
  const dLng = (to.lng - from.lng) * RADIANS;
  const y = Math.sin(dLng) * Math.cos(to.lat * RADIANS);
  const x =
    Math.cos(from.lat * RADIANS) * Math.sin(to.lat * RADIANS) -
    Math.sin(from.lat * RADIANS) * Math.cos(to.lat * RADIANS) * Math.cos(dLng);
  return (Math.atan2(y, x) / RADIANS + 360) % 360;
}

/** The point at a share of the way; exact enough within a city. */
export function between(from: Point, to: Point, share: number): Point {
  return { lat: from.lat + (to.lat - from.lat) * share, lng: from.lng + (to.lng - from.lng) * share };
}
