import { between, metresBetween, type Point } from '../location/place.ts';

/** From where a marker glides to where, in ms of this page's clock. */
export interface Glide {
  readonly from: Point;
  readonly to: Point;
  readonly startMs: number;
  readonly endMs: number;
}

/** A step longer than this is a jump, not a drive. */
const JUMP_METRES = 3000;
const SHORTEST_MS = 200;
const LONGEST_MS = 2500;

/**
 * The next glide of a marker: from where it is shown to its newest position, as long as the time between the last two positions. Nothing is
 * extrapolated, so a car is never shown where it has not been.
 */
export function nextGlide(before: Glide | null, to: Point, nowMs: number): Glide {
  if (before === null) return { from: to, to, startMs: nowMs, endMs: nowMs };
  const from = glideAt(before, nowMs);
  if (metresBetween(from, to) > JUMP_METRES) return { from: to, to, startMs: nowMs, endMs: nowMs };
  const stepMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, nowMs - before.startMs));
  return { from, to, startMs: nowMs, endMs: nowMs + stepMs };
}

export function glideAt({ from, to, startMs, endMs }: Glide, nowMs: number): Point {
  if (nowMs >= endMs) return to;
  return between(from, to, Math.max(0, (nowMs - startMs) / (endMs - startMs)));
}
