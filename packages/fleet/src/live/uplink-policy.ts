import type { DriverStatusValue, UplinkPolicyName, UplinkTriggers } from '@rideline/contract';

/** What the server knows of a driver when it decides how densely their phone takes fixes. */
export interface UplinkSituation {
  /** The status that the driver reported. */
  readonly status: DriverStatusValue;
  readonly onTrip: boolean;
  /** Somebody follows the trip. */
  readonly watched: boolean;
  /** Metres to the next place of the trip; null when it is not known. */
  readonly metresToStop: number | null;
  /** Wall ms since the driver last moved; null before the first fix. */
  readonly standingMs: number | null;
  /** As the phone reported it: percent, or null when it is not known. */
  readonly battery: number | null;
  readonly charging: boolean;
  /** The gateway is overloaded. */
  readonly overloaded: boolean;
}

export interface UplinkDecision {
  readonly name: UplinkPolicyName;
  readonly triggers: UplinkTriggers;
  /** The driver is near the next place of the trip: the caller passes it to the next decision. */
  readonly near: boolean;
  readonly lowBattery: boolean;
}

/**
 * Assumptions, docs/decisions/0168-uplink-policies.md. A follower's app predicts between two fixes and marks a position as stale after 10 s, so
 * that a watched driver sends every 4 s and at each bend; searches drop a driver after RIDELINE_SEARCH_FRESH_MS, which bounds the others.
 */
const WATCHED: UplinkTriggers = { intervalMs: 4000, distanceMetres: 50, angleDegrees: 20 };
const ON_TRIP: UplinkTriggers = { intervalMs: 8000, distanceMetres: 100, angleDegrees: 30 };
const AVAILABLE: UplinkTriggers = { intervalMs: 10_000, distanceMetres: 100, angleDegrees: 45 };
const PARKED: UplinkTriggers = { intervalMs: 20_000, distanceMetres: 100, angleDegrees: 90 };

/** Near the next place the driver is expected, and "arrived" is decided by it. The second value is the hysteresis. */
const NEAR_METRES = 400;
const NO_LONGER_NEAR_METRES = 600;
const PARKED_AFTER_MS = 180_000;
const LOW_BATTERY_PERCENT = 15;
const NO_LONGER_LOW_PERCENT = 20;
const OVERLOAD_FACTOR = 4;
const LOW_BATTERY_FACTOR = 2;
/** Longest interval on a trip: a rider's app marks a position as stale after 10 s. */
const LONGEST_ON_TRIP_MS = 8000;
/** Of the freshness window of searches: one fix may be lost. */
const LONGEST_SHARE = 0.6;

/**
 * Decides the uplink policy of one driver; pure. The battery counts for less than riders do, and the gateway's load for more than the battery:
 * intervals grow before anything is refused.
 * @param before the decision that is in force, for the hysteresis
 * @param freshMs age of a fix after which searches no longer find its driver, wall ms
 */
export function decideUplink(
  situation: UplinkSituation,
  before: Pick<UplinkDecision, 'near' | 'lowBattery'> | null,
  freshMs: number,
): UplinkDecision {
  const near = isNear(situation, before?.near ?? false);
  const lowBattery = isLowBattery(situation, before?.lowBattery ?? false);
  const { name, triggers } = normally(situation, near);
  const isPromised = name === 'on_trip' && (situation.watched || near);
  const factor =
    (situation.overloaded ? OVERLOAD_FACTOR : 1) * (lowBattery && !isPromised ? LOW_BATTERY_FACTOR : 1);
  const longestMs = name === 'on_trip' ? LONGEST_ON_TRIP_MS : Math.round(freshMs * LONGEST_SHARE);
  return {
    name,
    near,
    lowBattery,
    triggers: {
      intervalMs: Math.min(triggers.intervalMs * factor, Math.max(longestMs, triggers.intervalMs)),
      distanceMetres: triggers.distanceMetres * factor,
      angleDegrees: triggers.angleDegrees,
    },
  };
}

function normally(
  { onTrip, watched, status, standingMs }: UplinkSituation,
  near: boolean,
): { name: UplinkPolicyName; triggers: UplinkTriggers } {
  if (onTrip) return { name: 'on_trip', triggers: watched || near ? WATCHED : ON_TRIP };
  const isStanding = standingMs !== null && standingMs >= PARKED_AFTER_MS;
  return status === 'available' && !isStanding
    ? { name: 'available', triggers: AVAILABLE }
    : { name: 'parked', triggers: PARKED };
}

function isNear({ onTrip, metresToStop }: UplinkSituation, wasNear: boolean): boolean {
  if (!onTrip || metresToStop === null) return false;
  return metresToStop <= (wasNear ? NO_LONGER_NEAR_METRES : NEAR_METRES);
}

function isLowBattery({ battery, charging }: UplinkSituation, wasLow: boolean): boolean {
  if (battery === null || charging) return false;
  return battery <= (wasLow ? NO_LONGER_LOW_PERCENT : LOW_BATTERY_PERCENT);
}
