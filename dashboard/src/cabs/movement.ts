/** Mean radius, IUGG: the error against WGS84 is below 0.6 %, acceptable for a heading and a speed in a list. */
const EARTH_RADIUS_METRES = 6_371_008.8;
const RADIANS = Math.PI / 180;
/** A shorter move is GPS noise of a parked car: no heading is derived from it. */
const MIN_MOVE_METRES = 10;
/** Two fixes further apart than this say nothing about the current speed and heading. */
const MAX_STEP_MS = 5 * 60_000;
/** 70 m/s = 252 km/h: a faster move is a wrong fix. */
const MAX_METRES_PER_SECOND = 70;

export interface Place {
  readonly lat: number;
  readonly lng: number;
}

/** Great-circle distance, metres. */
export function distanceMetres(a: Place, b: Place): number {
  const dLat = (b.lat - a.lat) * RADIANS;
  const dLng = (b.lng - a.lng) * RADIANS;
  const h =
    Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * RADIANS) * Math.cos(b.lat * RADIANS) * Math.sin(dLng / 2) ** 2;
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Initial bearing from a to b, degrees from north in [0, 360). */
export function bearingDegrees(a: Place, b: Place): number {
  const dLng = (b.lng - a.lng) * RADIANS;
  const y = Math.sin(dLng) * Math.cos(b.lat * RADIANS);
  const x =
    Math.cos(a.lat * RADIANS) * Math.sin(b.lat * RADIANS) -
    Math.sin(a.lat * RADIANS) * Math.cos(b.lat * RADIANS) * Math.cos(dLng);
  return (Math.atan2(y, x) / RADIANS + 360) % 360;
}

export interface Movement {
  /** Degrees from north, null when the step is too short or too long. */
  readonly heading: number | null;
  /** m/s, null when it cannot be derived. */
  readonly speed: number | null;
}

/** Derives the movement of one car from two fixes, for phones (and traces) that send neither heading nor speed. */
export function movementBetween(from: Place & { at: number }, to: Place & { at: number }): Movement {
  const stepMs = to.at - from.at;
  if (stepMs <= 0 || stepMs > MAX_STEP_MS) return { heading: null, speed: null };
  const metres = distanceMetres(from, to);
  const speed = metres / (stepMs / 1000);
  if (speed > MAX_METRES_PER_SECOND) return { heading: null, speed: null };
  return { heading: metres < MIN_MOVE_METRES ? null : bearingDegrees(from, to), speed };
}

const POINTS = ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'] as const;

/** `NE`, for 45 degrees. */
export function compassPoint(heading: number): string {
  return POINTS[Math.round((((heading % 360) + 360) % 360) / 45) % 8] ?? 'N';
}

/** `32 km/h` from m/s. */
export function formatSpeed(metresPerSecond: number): string {
  return `${Math.round(metresPerSecond * 3.6)} km/h`;
}
