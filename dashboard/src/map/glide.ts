/**
 * A car glides from its shown position to its newest fix, through the fixes between, and stops there. Nothing is
 * extrapolated, so it is never shown where it has not been (SPEC MAP-3). In exchange it lags its last fix by at most
 * the time between two fixes, and never by more than `MAX_GLIDE_MS`.
 */
interface Waypoint {
  readonly x: number;
  readonly y: number;
  /** Local time at which it is reached, ms. */
  readonly at: number;
}

/** The first waypoint is where the glide starts; the last one is the newest fix. Coordinates are map units in [0, 1]. */
export type Glide = readonly [Waypoint, ...Waypoint[]];

export interface Shown {
  readonly x: number;
  readonly y: number;
  readonly moving: boolean;
  /** Direction of the leg it is on, degrees from north; null at rest. */
  readonly heading: number | null;
}

const MAX_GLIDE_MS = 5000;
const MIN_GLIDE_MS = 200;
/** Fixes not yet reached that the glide passes through; older ones are dropped, so that a burst does not queue up. */
const MAX_WAYPOINTS = 3;
/** 0.0001 of the world's width is 4 km at the equator, 3.2 km at San Francisco: a longer step is a jump, not a drive. */
const MAX_STEP_WORLD_WIDTHS = 1e-4;

export function restAt(x: number, y: number, nowMs: number): Glide {
  return [{ x, y, at: nowMs }];
}

/**
 * @param stepMs wall ms between this fix and the one before; the glide takes that long within its bounds, so that a car
 * that sends fixes evenly moves evenly. 0 or less: no glide.
 */
export function glideTo(
  glide: Glide | undefined,
  x: number,
  y: number,
  stepMs: number,
  nowMs: number,
): Glide {
  if (glide === undefined || stepMs <= 0) return restAt(x, y, nowMs);
  const start = shownAt(glide, nowMs);
  const ahead = glide.filter((point) => point.at > nowMs).slice(-(MAX_WAYPOINTS - 1));
  const path = [start, ...ahead, { x, y }];
  const lengths = path
    .slice(1)
    .map((point, i) => Math.hypot(point.x - (path[i]?.x ?? 0), point.y - (path[i]?.y ?? 0)));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total === 0 || lengths.some((length) => length > MAX_STEP_WORLD_WIDTHS)) return restAt(x, y, nowMs);
  const durationMs = Math.min(MAX_GLIDE_MS, Math.max(MIN_GLIDE_MS, stepMs));
  let at = nowMs;
  const waypoints = path.slice(1).map((point, i) => {
    at += ((lengths[i] ?? 0) / total) * durationMs;
    return { x: point.x, y: point.y, at };
  });
  return [{ x: start.x, y: start.y, at: nowMs }, ...waypoints];
}

export function shownAt(glide: Glide, nowMs: number): Shown {
  let from = glide[0];
  for (const to of glide) {
    if (to.at > nowMs) {
      const part = Math.max(0, (nowMs - from.at) / (to.at - from.at));
      const dx = to.x - from.x;
      const dy = to.y - from.y;
      // Mercator preserves angles, so the leg's direction on the map is its direction on the ground.
      const heading = (Math.atan2(dx, -dy) * 180) / Math.PI;
      return { x: from.x + dx * part, y: from.y + dy * part, moving: true, heading };
    }
    from = to;
  }
  return { x: from.x, y: from.y, moving: false, heading: null };
}
