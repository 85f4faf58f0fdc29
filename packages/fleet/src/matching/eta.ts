import { distanceMetres } from '../geo/distance.ts';

interface Place {
  readonly lat: number;
  readonly lng: number;
}

/** Median crow-fly speed of the derived trips of San Francisco, m/s: 4.40 to 4.67 over five days (docs/design/matching.md, "ETA"). */
export const CROW_FLY_SPEED = 4.5;
/** Drivers with a longer ETA get no offer, s: the setting with the most effect on wait and match rate (docs/design/matching.md, "Baseline"). */
export const ETA_LIMIT_SECONDS = 900;
/**
 * A driver moving away faster than this, by more than this angle, has to turn around first (an assumption: docs/design/matching.md, "ETA").
 */
const AWAY_SPEED = 5;
const AWAY_DEGREES = 120;
const AWAY_SECONDS = 20;
/** From one drop-off to departure for the next pick-up, s (an assumption: docs/design/matching.md, "ETA"). */
const HANDOVER_SECONDS = 30;
/** A driver whose ride ends within this may get an offer for the next trip, s (an assumption: docs/design/matching.md, "ETA"). */
export const AHEAD_SECONDS = 180;

export function crowFlySeconds(metres: number): number {
  return metres / CROW_FLY_SPEED;
}

const RADIANS = Math.PI / 180;

/** Direction from one place to another, degrees from north. */
function bearing(from: Place, to: Place): number {
  const dLng = (to.lng - from.lng) * RADIANS;
  const [a, b] = [from.lat * RADIANS, to.lat * RADIANS];
  const y = Math.sin(dLng) * Math.cos(b);
  const x = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(dLng);
  return (((Math.atan2(y, x) / RADIANS) % 360) + 360) % 360;
}

/** Added seconds for a driver who drives away from the pick-up. Speed in m/s, heading in degrees from north; null: not known. */
export function headingPenaltySeconds(
  driver: Place & { readonly speed: number | null; readonly heading: number | null },
  pickup: Place,
): number {
  if (driver.speed === null || driver.heading === null || driver.speed <= AWAY_SPEED) return 0;
  const difference = Math.abs(((driver.heading - bearing(driver, pickup) + 540) % 360) - 180);
  return difference > AWAY_DEGREES ? AWAY_SECONDS : 0;
}

/**
 * Seconds until a driver on a ride can be at the next pick-up.
 * @param roadSeconds from the drop-off to the pick-up, by a route engine; crow-fly when absent
 */
export function aheadSeconds(
  rideSecondsLeft: number,
  dropoff: Place,
  pickup: Place,
  roadSeconds?: number,
): number {
  const metres = distanceMetres(dropoff.lat, dropoff.lng, pickup.lat, pickup.lng);
  return rideSecondsLeft + HANDOVER_SECONDS + (roadSeconds ?? crowFlySeconds(metres));
}
