import type { CandidateReason, DriverId, TripId } from '@rideline/contract';
import type { TripSlot } from '../trips/trip.ts';
import type { Edge } from './assignment.ts';
import { type CostFunction, pickupCost, unmatchedCost } from './cost.ts';
import { ETA_LIMIT_SECONDS } from './eta.ts';
import { SOLVE_BUDGET_MS, solve } from './solve.ts';

/** A driver who could get an offer for a trip, with the inputs of the decision. */
export interface Candidate {
  readonly driverId: DriverId;
  readonly slot: TripSlot;
  readonly etaSeconds: number;
  readonly headingSeconds: number;
  readonly distanceMetres: number;
  readonly tierSteps: number;
  readonly idleSeconds: number;
  readonly acceptProbability: number;
  readonly recentCancels: number;
  /** Why the driver cannot get an offer at any cost; null when they can. */
  readonly excluded: CandidateReason | null;
}

/** A trip that needs a driver. */
export interface MatchRequest {
  readonly tripId: TripId;
  readonly ageSeconds: number;
  readonly candidates: readonly Candidate[];
}

export interface MatchOptions {
  /** Most drivers weighed for one trip: the nearest by ETA. */
  readonly nearest: number;
  readonly etaLimitSeconds: number;
  readonly cost: CostFunction;
  /** Cost in seconds of leaving a trip of this age unmatched. */
  readonly unmatchedCost: (ageSeconds: number) => number;
  readonly budgetMs: number;
  /** A young trip whose best driver is far away waits for the next tick; null: off. */
  readonly hold: { readonly youngerThanSeconds: number; readonly etaAboveSeconds: number } | null;
}

export const DEFAULT_MATCH_OPTIONS: MatchOptions = {
  nearest: 12,
  etaLimitSeconds: ETA_LIMIT_SECONDS,
  cost: pickupCost,
  unmatchedCost,
  budgetMs: SOLVE_BUDGET_MS,
  hold: null,
};

export interface MatchedPair {
  readonly tripId: TripId;
  readonly candidate: Candidate;
  readonly costSeconds: number;
}

export interface WeighedCandidate {
  readonly driverId: DriverId;
  readonly reason: CandidateReason;
  readonly etaSeconds: number;
  readonly distanceMetres: number;
}

export interface MatchPlan {
  readonly matched: readonly MatchedPair[];
  readonly unmatched: readonly TripId[];
  /** One reason for every candidate of every trip. */
  readonly reasons: ReadonlyMap<TripId, readonly WeighedCandidate[]>;
  readonly components: number;
  readonly fallbackComponents: number;
}

interface Pair {
  readonly request: MatchRequest;
  readonly candidate: Candidate;
  readonly edge: Edge;
}

/**
 * Decides one tick: which driver gets an offer for which trip, and for every other candidate the reason why not. Pure; the same input in
 * any order gives the same plan.
 * @param nowMs any monotonic clock, for the budget
 */
export function planTick(
  requests: readonly MatchRequest[],
  nowMs: () => number,
  options: MatchOptions = DEFAULT_MATCH_OPTIONS,
): MatchPlan {
  const sorted = requests.toSorted((a, b) => compare(a.tripId, b.tripId));
  const reasons = new Map<TripId, Map<DriverId, WeighedCandidate>>();
  const eligible = sorted.map((request) => eligibleFor(request, options, reasons));
  const drivers = [...new Set(eligible.flat().map(({ driverId }) => driverId))].sort(compare);
  const columnOf = new Map(drivers.map((driverId, column) => [driverId, column]));
  const pairs = sorted.flatMap((request, row) =>
    (eligible[row] ?? []).flatMap((candidate): Pair[] => {
      const cost = options.cost(candidate);
      if (!Number.isFinite(cost)) {
        reasons.get(request.tripId)?.set(candidate.driverId, weighed(candidate, 'unreachable'));
        return [];
      }
      const column = columnOf.get(candidate.driverId) as number;
      return [{ request, candidate, edge: { row, column, cost } }];
    }),
  );
  const solution = solve(
    {
      rows: sorted.length,
      columns: drivers.length,
      edges: pairs.map(({ edge }) => edge),
      unmatchedCost: sorted.map(({ ageSeconds }) => options.unmatchedCost(ageSeconds)),
    },
    nowMs,
    options.budgetMs,
  );
  const taken = new Set(solution.matched);
  const matched = pairs.filter(({ edge }) => taken.has(edge));
  explain(pairs, matched, reasons);
  const served = new Set(matched.map(({ request }) => request.tripId));
  return {
    matched: matched.map(({ request, candidate, edge }) => ({
      tripId: request.tripId,
      candidate,
      costSeconds: edge.cost,
    })),
    unmatched: sorted.flatMap(({ tripId }) => (served.has(tripId) ? [] : [tripId])),
    reasons: new Map([...reasons].map(([tripId, found]) => [tripId, [...found.values()]])),
    components: solution.components,
    fallbackComponents: solution.fallbackComponents,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function weighed(
  { driverId, etaSeconds, distanceMetres }: Candidate,
  reason: CandidateReason,
): WeighedCandidate {
  return { driverId, reason, etaSeconds, distanceMetres };
}

/** The candidates of one trip that are weighed; the reason of the others is noted in `reasons`. */
function eligibleFor(
  request: MatchRequest,
  options: MatchOptions,
  reasons: Map<TripId, Map<DriverId, WeighedCandidate>>,
): Candidate[] {
  const noted = new Map<DriverId, WeighedCandidate>();
  reasons.set(request.tripId, noted);
  const near = request.candidates
    .toSorted((a, b) => a.etaSeconds - b.etaSeconds || compare(a.driverId, b.driverId))
    .filter((candidate) => {
      const reason =
        candidate.excluded ?? (candidate.etaSeconds > options.etaLimitSeconds ? 'too_far' : null);
      if (reason !== null) noted.set(candidate.driverId, weighed(candidate, reason));
      return reason === null;
    });
  for (const candidate of near.slice(options.nearest))
    noted.set(candidate.driverId, weighed(candidate, 'not_nearest'));
  const chosen = near.slice(0, options.nearest);
  const best = chosen[0];
  const { hold } = options;
  const held =
    hold !== null &&
    best !== undefined &&
    request.ageSeconds < hold.youngerThanSeconds &&
    best.etaSeconds > hold.etaAboveSeconds;
  if (!held) return chosen;
  for (const candidate of chosen) noted.set(candidate.driverId, weighed(candidate, 'too_far'));
  return [];
}

function explain(
  pairs: readonly Pair[],
  matched: readonly Pair[],
  reasons: Map<TripId, Map<DriverId, WeighedCandidate>>,
): void {
  const winners = new Map(matched.map(({ request, candidate }) => [request.tripId, candidate.driverId]));
  const engaged = new Set(matched.map(({ candidate }) => candidate.driverId));
  for (const { request, candidate } of pairs) {
    const { driverId } = candidate;
    const reason: CandidateReason =
      winners.get(request.tripId) === driverId
        ? 'offered'
        : engaged.has(driverId)
          ? 'assigned_elsewhere'
          : winners.has(request.tripId)
            ? 'lost_to_other'
            : 'too_far';
    reasons.get(request.tripId)?.set(driverId, weighed(candidate, reason));
  }
}
