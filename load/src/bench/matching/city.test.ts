import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../simulation/seeded-random.ts';
import { CITY_RULES, type MatchingPolicy, simulateCity } from './city.ts';
import { type MatchingDay, variantOf } from './day.ts';
import { giniOf } from './figures.ts';
import { closestPair, firstComeFirstServed, planned } from './policies.ts';

/** A small town that is short of cabs for part of an hour. */
function town(seed: number): MatchingDay {
  const random = seededRandom(seed);
  const somewhere = () => ({ lat: 37.76 + random() * 0.04, lng: -122.44 + random() * 0.04 });
  return {
    requests: Array.from({ length: 120 }, (_, index) => ({
      id: `trip-${String(index).padStart(3, '0')}`,
      at: index * 25 + random() * 20,
      pickup: somewhere(),
      dropoff: somewhere(),
      rideSeconds: 200 + random() * 600,
    })),
    cabs: Array.from({ length: 15 }, (_, index) => ({
      id: `cab-${index}`,
      from: random() * 600,
      until: 2000 + random() * 1500,
      place: somewhere(),
    })),
    metresPerSecond: 4.5,
  };
}

const policies: (() => MatchingPolicy)[] = [
  () => firstComeFirstServed(1),
  () => closestPair(2),
  () => planned('ours', 0.5),
  () => planned('held', 0.5, { hold: { youngerThanSeconds: 10, etaAboveSeconds: 240 } }),
];

describe('matching-city', () => {
  it.each(policies.map((policy) => [policy().name, policy] as const))(
    'MATCH-32: %s: every request is served once or lost, in time, by a cab that is online and otherwise free',
    (_, policy) => {
      for (const seed of [1, 2, 3]) {
        const day = town(seed);
        const { served, lost, busyShares } = simulateCity(day, policy());
        const ended = [...served.map(({ request }) => request.id), ...lost.map(({ id }) => id)];
        expect(ended.toSorted()).toEqual(day.requests.map(({ id }) => id));
        expect(lost.length).toBeGreaterThan(0);
        for (const { request, cab, matchedAt, waitSeconds } of served) {
          expect(matchedAt - request.at).toBeLessThanOrEqual(CITY_RULES.patienceSeconds);
          expect(matchedAt).toBeGreaterThanOrEqual(request.at);
          expect(waitSeconds - (matchedAt - request.at)).toBeLessThanOrEqual(CITY_RULES.etaLimitSeconds);
          expect(matchedAt).toBeGreaterThanOrEqual(day.cabs[cab]?.from ?? Number.NaN);
          expect(matchedAt).toBeLessThan(day.cabs[cab]?.until ?? Number.NaN);
        }
        for (const cab of day.cabs.keys()) {
          const rides = served.filter((ride) => ride.cab === cab).sort((a, b) => a.matchedAt - b.matchedAt);
          for (const [index, ride] of rides.entries())
            if (index > 0) expect(ride.matchedAt).toBeGreaterThanOrEqual(rides[index - 1]?.doneAt ?? 0);
        }
        expect(busyShares.every((share) => share >= 0 && share <= 1)).toBe(true);
      }
    },
  );

  it('MATCH-32: the same day under the same policy has the same result', () => {
    const [one, other] = [1, 2].map(() => simulateCity(variantOf(town(4), 2, 0.5), planned('ours', 0.5)));
    expect(one?.served).toEqual(other?.served);
  });

  it('MATCH-32: variants differ by seed, and stay near the day', () => {
    const day = town(5);
    expect(variantOf(day, 1, 1).requests).toEqual(day.requests);
    const [two, three] = [variantOf(day, 2, 0.5), variantOf(day, 3, 0.5)];
    expect(two.requests).not.toEqual(three.requests);
    expect(two.cabs).toHaveLength(8);
    expect(new Set(two.requests.map(({ id }) => id)).size).toBe(day.requests.length);
    const before = new Map(day.requests.map(({ id, at }) => [id, at]));
    expect(two.requests.every(({ id, at }) => (before.get(id) ?? 0) - at <= 60)).toBe(true);
  });

  it('MATCH-32: the Gini coefficient of equal shares is 0, and near 1 when one has everything', () => {
    expect(giniOf([3, 3, 3])).toBeCloseTo(0, 12);
    expect(giniOf([0, 0, 0, 8])).toBeCloseTo(0.75, 12);
    expect(giniOf([1, 3])).toBeCloseTo(0.25, 12);
  });
});
