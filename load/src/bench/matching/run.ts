import { loadavg } from 'node:os';
import { type MatchingPolicy, simulateCity } from './city.ts';
import { loadMatchingDay, type MatchingDay, variantOf, withinCity } from './day.ts';
import { type CityFigures, type CityTable, figuresOf } from './figures.ts';
import { closestPair, etaOnly, firstComeFirstServed, planned } from './policies.ts';
import { measureServers, type ServerFigures } from './servers.ts';

export interface MatchingResult {
  readonly seeds: readonly number[];
  readonly metresPerSecond: number;
  readonly tables: readonly CityTable[];
  readonly servers: ServerFigures;
  readonly loadBefore: number;
}

const FULL_SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const QUICK_SEEDS = [1, 2];
/** The age weight proposed in docs/design/matching.md, "Cost"; decision 0085 rejects it. */
const PROPOSED_AGE_WEIGHT = 20;

function policiesFor(quick: boolean): MatchingPolicy[] {
  if (quick) return [firstComeFirstServed(1), closestPair(2), planned('ours', 0.5)];
  return [
    firstComeFirstServed(1),
    closestPair(2),
    closestPair(0.5),
    planned('assign', 2, { cost: etaOnly }),
    planned('ours', 0.5),
    planned('ours', 2),
    planned('ours', 5),
    planned('ours', 10),
    planned('ours, hold', 0.5, { hold: { youngerThanSeconds: 10, etaAboveSeconds: 240 } }),
    planned('ours, age × 20', 0.5, {
      unmatchedCost: (ageSeconds) => 10_000 + PROPOSED_AGE_WEIGHT * ageSeconds,
    }),
  ];
}

/** `bench matching`: policies on a day of San Francisco in simulated time, then search, plan and claim against a real Redis. */
export async function benchMatching(options: {
  quick: boolean;
  onProgress: (line: string) => void;
  signal: AbortSignal;
}): Promise<MatchingResult> {
  const { quick, onProgress, signal } = options;
  const loadBefore = loadavg()[0] ?? 0;
  const day = await loadMatchingDay();
  const seeds = quick ? QUICK_SEEDS : FULL_SEEDS;
  const demands: [string, MatchingDay][] = [['all trips', day]];
  if (!quick) demands.push(['trips within the city and its airport', withinCity(day)]);
  const tables: CityTable[] = [];
  for (const [demand, requested] of demands) {
    for (const fleet of quick ? [1] : [1, 0.5]) {
      onProgress(`${demand}, ${fleet * 100} % of the fleet`);
      const policies = new Map<string, CityFigures[]>();
      for (const policy of policiesFor(quick)) {
        const runs = seeds.map(
          (seed) => () => figuresOf(simulateCity(variantOf(requested, seed, fleet), policy)),
        );
        policies.set(policy.name, await oneByOne(runs, signal));
      }
      tables.push({ demand, requests: requested.requests.length, fleet, policies });
    }
  }
  onProgress('search, plan and claim against Redis');
  const servers = await measureServers(day, { quick, signal });
  return { seeds, metresPerSecond: day.metresPerSecond, tables, servers, loadBefore };
}

/** Yields between runs, so that a signal is handled. */
async function oneByOne<Item>(runs: readonly (() => Item)[], signal: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  for (const run of runs) {
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    items.push(run());
  }
  return items;
}
