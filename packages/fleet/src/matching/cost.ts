/** What the cost of one pair goes by. */
export interface CostInput {
  /** Until the driver can be at the pick-up. */
  readonly etaSeconds: number;
  /** Of that, for turning around. */
  readonly headingSeconds: number;
  /** How far the driver's tier is above the one that was asked for. */
  readonly tierSteps: number;
  readonly idleSeconds: number;
  /** 0 to 1. */
  readonly acceptProbability: number;
  /** Recent trips that he gave back, decayed. */
  readonly recentCancels: number;
}

/** Seconds. Lower is better; not a finite number: this pair must not be. */
export type CostFunction = (input: CostInput) => number;

/** Weights: docs/design/matching.md, "Cost"; those of tiers, refusals and cancellations are assumptions. */
const TIER_STEP_SECONDS = 60;
const IDLE_WEIGHT = 0.1;
const IDLE_MOST_SECONDS = 1800;
const REFUSAL_SECONDS = 15;
const CANCEL_SECONDS = 5;

/** Time to the pick-up, corrected: for a better tier that is then missing elsewhere, for who has waited long, and for who refuses often. */
export const pickupCost: CostFunction = (input) =>
  input.etaSeconds +
  input.headingSeconds +
  TIER_STEP_SECONDS * input.tierSteps -
  IDLE_WEIGHT * Math.min(input.idleSeconds, IDLE_MOST_SECONDS) +
  REFUSAL_SECONDS * (1 - input.acceptProbability) +
  CANCEL_SECONDS * input.recentCancels;

/** Far above any pair: more trips matched comes before shorter ways. */
const UNMATCHED = 10_000;
/**
 * Decides between trips that are as near, and nothing else. docs/design/matching.md, "Cost", proposed 20: with that a matcher who is short
 * of cabs serves the oldest request however far the way is, which costs 5 of 100 matches and nearly doubles the waits
 * (docs/decisions/0085).
 */
const UNMATCHED_PER_SECOND = 0.001;

/** What it costs to leave a trip unmatched, seconds. */
export function unmatchedCost(ageSeconds: number): number {
  return UNMATCHED + UNMATCHED_PER_SECOND * Math.max(0, ageSeconds);
}
