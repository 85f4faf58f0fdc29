import { mean, quantile } from '../spread.ts';
import type { Target } from '../targets.ts';
import type { CityResult } from './city.ts';
import type { MatchingResult } from './run.ts';

export const column = (runs: readonly CityFigures[], name: keyof CityFigures) => runs.map((run) => run[name]);

/** The matcher's targets: ratios and differences of means over the same variants of the day. */
export function matchingTargets(result: MatchingResult): Target[] {
  const ofCity = result.tables.flatMap((table): Target[] => {
    const at = (policy: string, name: keyof CityFigures) =>
      mean(column(table.policies.get(policy) ?? [], name));
    const label = `${table.demand}, ${table.fleet === 1 ? 'full' : 'half'} fleet`;
    const wait = at(OURS, 'meanWaitSeconds') / at(CONTROL, 'meanWaitSeconds');
    const matched = at(OURS, 'matchedPercent') / at(CONTROL, 'matchedPercent');
    const points = at(OURS, 'matchedPercent') - at(FCFS, 'matchedPercent');
    return [
      { what: `${label}: wait, ours ÷ closest pair (≤ 1.01)`, measured: wait.toFixed(3), met: wait <= 1.01 },
      {
        what: `${label}: matched, ours ÷ closest pair (≥ 0.99)`,
        measured: matched.toFixed(3),
        met: matched >= 0.99,
      },
      { what: `${label}: matched, ours − FCFS, points (≥ 1)`, measured: points.toFixed(3), met: points >= 1 },
    ];
  });
  const rate = result.servers.tripsPerSecond.median;
  return [
    ...ofCity,
    { what: 'search + plan + claim, trips/s, median (≥ 2000)', measured: rate.toFixed(0), met: rate >= 2000 },
  ];
}

/** One policy on one variant of the day. */
export interface CityFigures {
  readonly matchedPercent: number;
  readonly meanWaitSeconds: number;
  readonly p95WaitSeconds: number;
  /** Of the cabs' shares of busy time: 0 when all are equally busy. */
  readonly gini: number;
  readonly worstTickMs: number;
}

/** All variants of the day, in the order of their seeds: the same for every policy of one table. */
export interface CityTable {
  readonly demand: string;
  readonly requests: number;
  /** Share of the cabs. */
  readonly fleet: number;
  readonly policies: ReadonlyMap<string, readonly CityFigures[]>;
}

/** The policy that the others are compared with, and the policies that are compared. */
export const CONTROL = 'closest pair 2 s';

export const FCFS = 'FCFS 1 s';

export const OURS = 'ours 0.5 s';

export function figuresOf({ served, lost, busyShares, worstTickMs }: CityResult): CityFigures {
  const waits = served.map(({ waitSeconds }) => waitSeconds);
  return {
    matchedPercent: (100 * served.length) / (served.length + lost.length),
    meanWaitSeconds: waits.reduce((sum, seconds) => sum + seconds, 0) / waits.length,
    p95WaitSeconds: quantile(waits, 0.95),
    gini: giniOf(busyShares),
    worstTickMs,
  };
}

/** Gini coefficient: 0 when all are equal, towards 1 when one has everything. */
export function giniOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const total = sorted.reduce((sum, value) => sum + value, 0);
  if (total === 0) return 0;
  const weighted = sorted.reduce(
    (sum, value, index) => sum + (2 * (index + 1) - sorted.length - 1) * value,
    0,
  );
  return weighted / (sorted.length * total);
}
