import { driverIdSchema, tripIdSchema } from '@rideline/contract';
import type { Edge } from '@rideline/fleet/matching/assignment';
import { closestPairs } from '@rideline/fleet/matching/closest-pair';
import type { CostFunction } from '@rideline/fleet/matching/cost';
import { DEFAULT_MATCH_OPTIONS, type MatchOptions, planTick } from '@rideline/fleet/matching/match-tick';
import { CITY_RULES, type CityPair, type MatchingPolicy, type WaitingRequest } from './city.ts';

/** Every driver accepts in the simulated city: equal for all, so that these terms change nothing. */
const SAME_FOR_ALL = {
  slot: 'active',
  headingSeconds: 0,
  tierSteps: 0,
  acceptProbability: 1,
  recentCancels: 0,
  excluded: null,
} as const;

/** The oldest request first, each to the nearest cab. */
export function firstComeFirstServed(tickSeconds: number): MatchingPolicy {
  return {
    name: `FCFS ${tickSeconds} s`,
    tickSeconds,
    match(waiting) {
      const taken = new Set<number>();
      return waiting.flatMap(({ request, inReach }): CityPair[] => {
        const nearest = inReach.find(({ cab }) => !taken.has(cab));
        if (!nearest) return [];
        taken.add(nearest.cab);
        return [{ request, cab: nearest.cab, etaSeconds: nearest.etaSeconds }];
      });
    },
  };
}

/** The closest pair of all first: the control for every claim about an assignment. */
export function closestPair(tickSeconds: number): MatchingPolicy {
  return {
    name: `closest pair ${tickSeconds} s`,
    tickSeconds,
    match(waiting) {
      const edges = waiting.flatMap(({ inReach }, row) =>
        inReach.map(({ cab, etaSeconds }): Edge => ({ row, column: cab, cost: etaSeconds })),
      );
      const never = waiting.map(() => Number.POSITIVE_INFINITY);
      return closestPairs(edges, never).map(({ row, column, cost }) => ({
        request: (waiting[row] as WaitingRequest).request,
        cab: column,
        etaSeconds: cost,
      }));
    },
  };
}

/** Plain time to the pick-up: "assign" in docs/design/matching.md, "Baseline". */
export const etaOnly: CostFunction = ({ etaSeconds }) => etaSeconds;

/**
 * The product's own matcher as the matching role calls it, except for the time budget: simulated time stands still during a tick, so that a
 * busy machine decides nothing. The duration of a tick is reported separately.
 */
export function planned(
  name: string,
  tickSeconds: number,
  change: Partial<MatchOptions> = {},
): MatchingPolicy {
  const options: MatchOptions = {
    ...DEFAULT_MATCH_OPTIONS,
    nearest: CITY_RULES.candidates,
    etaLimitSeconds: CITY_RULES.etaLimitSeconds,
    ...change,
  };
  return {
    name: `${name} ${tickSeconds} s`,
    tickSeconds,
    ...(options.hold === null ? {} : { byAge: true as const }),
    match(waiting) {
      const requests = waiting.map(({ request, ageSeconds, inReach }) => ({
        tripId: tripIdSchema.parse(request.id),
        ageSeconds,
        candidates: inReach.map(({ cab, etaSeconds, idleSeconds }) => ({
          ...SAME_FOR_ALL,
          driverId: driverIdSchema.parse(String(cab)),
          etaSeconds,
          idleSeconds,
          distanceMetres: 0,
        })),
      }));
      const plan = planTick(requests, () => 0, options);
      const byId = new Map(waiting.map(({ request }) => [request.id, request]));
      return plan.matched.map(({ tripId, candidate }) => ({
        request: byId.get(tripId) as WaitingRequest['request'],
        cab: Number(candidate.driverId),
        etaSeconds: candidate.etaSeconds,
      }));
    },
  };
}
