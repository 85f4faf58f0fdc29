import { type DriverId, driverIdSchema, tripIdSchema } from '@rideline/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unmatchedCost } from './cost.ts';
import {
  type Candidate,
  DEFAULT_MATCH_OPTIONS,
  type MatchOptions,
  type MatchPlan,
  type MatchRequest,
  planTick,
} from './match-tick.ts';

const driver = (name: string) => driverIdSchema.parse(name);
const trip = (name: string) => tripIdSchema.parse(name);
const frozen = () => 0;

function candidate(name: string, etaSeconds: number, change: Partial<Candidate> = {}): Candidate {
  return {
    driverId: driver(name),
    slot: 'active',
    etaSeconds,
    headingSeconds: 0,
    distanceMetres: etaSeconds * 4.5,
    tierSteps: 0,
    idleSeconds: 0,
    acceptProbability: 1,
    recentCancels: 0,
    excluded: null,
    ...change,
  };
}

function request(name: string, ageSeconds: number, candidates: readonly Candidate[]): MatchRequest {
  return { tripId: trip(name), ageSeconds, candidates };
}

function plan(requests: readonly MatchRequest[], options: Partial<MatchOptions> = {}): MatchPlan {
  return planTick(requests, frozen, { ...DEFAULT_MATCH_OPTIONS, ...options });
}

const pairsOf = ({ matched }: MatchPlan) =>
  Object.fromEntries(matched.map(({ tripId, candidate }) => [tripId, candidate.driverId]));
const reasonsOf = ({ reasons }: MatchPlan, name: string) =>
  Object.fromEntries((reasons.get(trip(name)) ?? []).map(({ driverId, reason }) => [driverId, reason]));

/** Few drivers and few distinct times, so that ties are common. */
const someCandidate = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    etaSeconds: fc.constantFrom(60, 60, 120, 300, 880, 901),
    idleSeconds: fc.constantFrom(0, 0, 600),
    excluded: fc.constantFrom(null, null, null, 'busy' as const, 'barred' as const),
  })
  .map(({ name, etaSeconds, ...rest }) => candidate(name, etaSeconds, rest));
const someRequests = fc.uniqueArray(
  fc.record({
    tripId: fc.constantFrom('1', '2', '3', '4', '5', '6').map((name) => trip(name)),
    ageSeconds: fc.constantFrom(0, 0, 10),
    candidates: fc.uniqueArray(someCandidate, { maxLength: 6, selector: ({ driverId }) => driverId }),
  }),
  { maxLength: 6, selector: ({ tripId }) => tripId },
);

/** The least total over all choices of matched and unmatched trips. */
function bruteForce(requests: readonly MatchRequest[]): number {
  const least = (at: number, taken: ReadonlySet<DriverId>): number => {
    const next = requests[at];
    if (next === undefined) return 0;
    const waits = unmatchedCost(next.ageSeconds) + least(at + 1, taken);
    return next.candidates.reduce((best, one) => {
      const { driverId, etaSeconds, excluded } = one;
      if (excluded !== null || etaSeconds > DEFAULT_MATCH_OPTIONS.etaLimitSeconds || taken.has(driverId))
        return best;
      const rest = least(at + 1, new Set([...taken, driverId]));
      return Math.min(best, DEFAULT_MATCH_OPTIONS.cost(one) + rest);
    }, waits);
  };
  return least(0, new Set());
}

describe('match-tick', () => {
  it('MATCH-20: the plan of a tick has the least total cost of all plans', () => {
    fc.assert(
      fc.property(someRequests, (requests) => {
        const { matched, unmatched } = plan(requests);
        const ages = new Map(requests.map(({ tripId, ageSeconds }) => [tripId, ageSeconds]));
        const total =
          matched.reduce((sum, { costSeconds }) => sum + costSeconds, 0) +
          unmatched.reduce((sum, tripId) => sum + unmatchedCost(ages.get(tripId) ?? 0), 0);
        expect(total).toBeCloseTo(bruteForce(requests), 6);
      }),
      { seed: 30, numRuns: 1000 },
    );
  });

  it('MATCH-20: the nearest driver goes to the trip that no other driver can serve', () => {
    const result = plan([
      request('1', 0, [candidate('near', 60), candidate('far', 90)]),
      request('2', 0, [candidate('near', 100)]),
    ]);
    expect(pairsOf(result)).toEqual({ 1: 'far', 2: 'near' });
  });

  it('MATCH-21: with fewer drivers than trips the shortest ETA is served; of equal ones the older trip', () => {
    const rivals = (seconds: number) => [
      request('1', 0, [candidate('a', 60)]),
      request('2', 30, [candidate('a', seconds)]),
      request('3', 60, []),
    ];
    expect(pairsOf(plan(rivals(400)))).toEqual({ 1: 'a' });
    expect(plan(rivals(400)).unmatched).toEqual([trip('2'), trip('3')]);
    expect(pairsOf(plan(rivals(60)))).toEqual({ 2: 'a' });
  });

  it('MATCH-22: the order of trips and drivers does not change the plan', () => {
    fc.assert(
      fc.property(someRequests, fc.infiniteStream(fc.nat()), (requests, random) => {
        const shuffled = <Item>(items: readonly Item[]): Item[] => {
          const keys = new Map(items.map((item) => [item, random.next().value as number]));
          return items.toSorted((a, b) => (keys.get(a) as number) - (keys.get(b) as number));
        };
        const other = shuffled(requests).map((one) => ({ ...one, candidates: shuffled(one.candidates) }));
        expect(plan(other)).toEqual(plan(requests));
      }),
      { seed: 31, numRuns: 1000 },
    );
  });

  it('MATCH-24: with no budget the plan still has one driver for each trip and counts the components that fell back', () => {
    const requests = [
      request('1', 0, [candidate('a', 60), candidate('b', 90)]),
      request('2', 0, [candidate('a', 50), candidate('b', 100)]),
      request('3', 0, [candidate('c', 10)]),
    ];
    const result = plan(requests, { budgetMs: 0 });
    expect(result).toMatchObject({ components: 2, fallbackComponents: 2 });
    expect(pairsOf(result)).toEqual({ 1: 'b', 2: 'a', 3: 'c' });
  });

  it('MATCH-27: each candidate has exactly one reason, and only matched trips have one "offered"', () => {
    fc.assert(
      fc.property(someRequests, (requests) => {
        const result = plan(requests);
        for (const { tripId, candidates } of requests) {
          const explained = (result.reasons.get(tripId) ?? []).map(({ driverId }) => driverId);
          expect(explained.toSorted()).toEqual(candidates.map(({ driverId }) => driverId).toSorted());
          const offered = (result.reasons.get(tripId) ?? []).filter(({ reason }) => reason === 'offered');
          expect(offered).toHaveLength(result.unmatched.includes(tripId) ? 0 : 1);
        }
        expect(result.matched.length + result.unmatched.length).toBe(requests.length);
      }),
      { seed: 32, numRuns: 500 },
    );
  });

  it('MATCH-27: the reason states why a driver did not get the trip', () => {
    const result = plan(
      [
        request('1', 0, [
          candidate('winner', 60),
          candidate('slower', 90),
          candidate('elsewhere', 100),
          candidate('thirteenth', 800),
          candidate('beyond', 901),
          candidate('held', 10, { excluded: 'on_offer' }),
          candidate('again', 20, { excluded: 'barred' }),
        ]),
        request('2', 0, [candidate('elsewhere', 30)]),
      ],
      { nearest: 3 },
    );
    expect(reasonsOf(result, '1')).toEqual({
      winner: 'offered',
      slower: 'lost_to_other',
      elsewhere: 'assigned_elsewhere',
      thirteenth: 'not_nearest',
      beyond: 'too_far',
      held: 'on_offer',
      again: 'barred',
    });
    expect(reasonsOf(result, '2')).toEqual({ elsewhere: 'offered' });
  });

  it('MATCH-27: no pair is made when the cost function forbids it or it costs more than waiting', () => {
    const cost = ({ etaSeconds }: { etaSeconds: number }) =>
      etaSeconds < 50 ? Number.NaN : etaSeconds * 1000;
    const result = plan([request('1', 0, [candidate('a', 40), candidate('b', 60)])], { cost });
    expect(result.matched).toEqual([]);
    expect(reasonsOf(result, '1')).toEqual({ a: 'unreachable', b: 'too_far' });
  });

  it('MATCH-28: the hold rule is off by default; with it a young trip whose best driver is far away waits', () => {
    expect(DEFAULT_MATCH_OPTIONS.hold).toBeNull();
    const far = [candidate('a', 300)];
    const hold = { youngerThanSeconds: 10, etaAboveSeconds: 240 };
    expect(pairsOf(plan([request('1', 0, far)]))).toEqual({ 1: 'a' });
    expect(plan([request('1', 0, far)], { hold }).unmatched).toEqual([trip('1')]);
    expect(pairsOf(plan([request('1', 10, far)], { hold }))).toEqual({ 1: 'a' });
    expect(pairsOf(plan([request('1', 0, [candidate('a', 240)])], { hold }))).toEqual({ 1: 'a' });
  });

  it('MATCH-25: of two equally near drivers the longer idle one gets the offer; of equal ones the lower id', () => {
    const idle = plan([request('1', 0, [candidate('a', 60), candidate('b', 60, { idleSeconds: 100 })])]);
    expect(pairsOf(idle)).toEqual({ 1: 'b' });
    expect(pairsOf(plan([request('1', 0, [candidate('b', 60), candidate('a', 60)])]))).toEqual({ 1: 'a' });
  });
});
