import { greatCircleMetres, initialBearing, type Point } from '@rideline/contract';

/** A shorter move is GPS noise of a parked car: no heading is derived from it. */
const MIN_MOVE_METRES = 10;
/** Two fixes further apart than this say nothing about the current speed and heading. */
const MAX_STEP_MS = 5 * 60_000;
/** 70 m/s = 252 km/h: a faster move is a wrong fix. */
const MAX_METRES_PER_SECOND = 70;

export interface Movement {
  /** Degrees from north, null when the step is too short or too long. */
  readonly heading: number | null;
  /** m/s, null when it cannot be derived. */
  readonly speed: number | null;
}

/** Derives the movement of one car from two fixes, for phones (and traces) that send neither heading nor speed. */
export function movementBetween(from: Point & { at: number }, to: Point & { at: number }): Movement {
  const stepMs = to.at - from.at;
  if (stepMs <= 0 || stepMs > MAX_STEP_MS) return { heading: null, speed: null };
  const metres = greatCircleMetres(from, to);
  const speed = metres / (stepMs / 1000);
  if (speed > MAX_METRES_PER_SECOND) return { heading: null, speed: null };
  return { heading: metres < MIN_MOVE_METRES ? null : initialBearing(from, to), speed };
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
