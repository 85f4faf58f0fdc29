/** Inputs of the cost of one pair. */
export interface CostInput {
  /** Seconds until the driver can be at the pick-up. */
  readonly etaSeconds: number;
  /** Added seconds for turning around. */
  readonly headingSeconds: number;
  /** Number of steps by which the driver's tier is above the requested one. */
  readonly tierSteps: number;
  readonly idleSeconds: number;
  /** 0 to 1. */
  readonly acceptProbability: number;
  /** Recent trips cancelled by the driver, decayed. */
  readonly recentCancels: number;
}

/** Seconds. Lower is better; a result that is not finite forbids the pair. */
export type CostFunction = (input: CostInput) => number;

/** Weights: docs/design/matching.md, "Cost"; those for tiers, refusals and cancellations are assumptions. */
const TIER_STEP_SECONDS = 60;
const IDLE_WEIGHT = 0.1;
const IDLE_MOST_SECONDS = 1800;
const REFUSAL_SECONDS = 15;
const CANCEL_SECONDS = 5;

/** Time to the pick-up, corrected for a higher tier (it is then missing elsewhere), idle time, refusals and cancellations. */
export const pickupCost: CostFunction = (input) =>
  input.etaSeconds +
  input.headingSeconds +
  TIER_STEP_SECONDS * input.tierSteps -
  IDLE_WEIGHT * Math.min(input.idleSeconds, IDLE_MOST_SECONDS) +
  REFUSAL_SECONDS * (1 - input.acceptProbability) +
  CANCEL_SECONDS * input.recentCancels;

/** Far above the cost of any pair: more matched trips come before shorter pick-ups. */
const UNMATCHED = 10_000;
/**
 * Only decides between trips that are equally near. docs/design/matching.md, "Cost", proposed 20: with that, a matcher that is short of
 * drivers serves the oldest request however far away it is, which costs 5 of 100 matches and nearly doubles the waits
 * (docs/decisions/0085).
 */
const UNMATCHED_PER_SECOND = 0.001;

/** Cost of leaving a trip unmatched, seconds. */
export function unmatchedCost(ageSeconds: number): number {
  return UNMATCHED + UNMATCHED_PER_SECOND * Math.max(0, ageSeconds);
}
