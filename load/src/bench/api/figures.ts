import { spreadOf, spreadText } from '../spread.ts';
import type { Target } from '../targets.ts';
import type { GrantStep } from './grants.ts';
import type { ReadFigures } from './reads.ts';
import type { ApiResult } from './run.ts';

export const SIGNER_PER_CORE = 20_000;

export const ROUTE_PER_CORE = 2500;

export const HIT_RATE = 0.85;

export const OF_BARE = 0.8;

/** The steps of all rounds by rate, rising. */
export function grantsByRate(grants: readonly GrantStep[]): [number, GrantStep[]][] {
  const rates = new Map<number, GrantStep[]>();
  for (const step of grants) rates.set(step.ratePerSecond, [...(rates.get(step.ratePerSecond) ?? []), step]);
  return [...rates].sort(([a], [b]) => a - b);
}

/**
 * The highest rate that held, with its steps: tried in every round, all answered 201 in every round, the median of p95 below its limit.
 * Undefined when none did.
 */
export function heldGrants({ grants, rounds }: Pick<ApiResult, 'grants' | 'rounds'>) {
  return grantsByRate(grants)
    .filter(
      ([, steps]) => steps.length === rounds && steps.every(allCreated) && medianP95(steps) < GRANT_P95_MS,
    )
    .at(-1);
}

const medianP95 = (steps: readonly GrantStep[]) => spreadOf(steps.map(({ p95Ms }) => p95Ms)).median;
const allCreated = ({ answers, sent }: Pick<GrantStep, 'answers' | 'sent'>) => (answers['201'] ?? 0) === sent;

/** Whole routes per second and core of the API in some steps. Only the API's CPU counts. */
export const routesPerCore = (steps: readonly GrantStep[]): number[] =>
  steps.map(({ cpuMicroseconds }) => 1_000_000 / (cpuMicroseconds['api-1'] ?? Number.NaN));

export const meanHitRate = (hits: ReadFigures['hitRates']) => {
  // In the shares of the mix: 40 % profiles, 30 % searches, 20 % catalogue.
  const { profile = 0, search = 0, catalogue = 0 } = hits;
  return (0.4 * profile + 0.3 * search + 0.2 * catalogue) / 0.9;
};

/** The targets of the REST API. */
export function apiTargets(result: ApiResult): Target[] {
  const { signer, w, reads, jobs } = result;
  const [held, heldSteps] = heldGrants(result) ?? [0, []];
  const routes = spreadOf(routesPerCore(heldSteps));
  const rates = reads.filter(({ cache }) => cache === 'on').map(({ hitRates }) => meanHitRate(hitRates));
  const hits = spreadOf(rates);
  return [
    {
      what: `the signer alone, forms per core ≥ ${SIGNER_PER_CORE}/s`,
      measured: `${spreadText(signer.ours, 0)}/s`,
      met: signer.ours.median >= SIGNER_PER_CORE,
    },
    {
      what: `the whole route at the highest rate that held, without MongoDB's CPU, per core ≥ ${ROUTE_PER_CORE}/s`,
      measured: `${spreadText(routes, 0)}/s`,
      met: routes.median >= ROUTE_PER_CORE,
    },
    {
      what: `end to end, all 201, p95 < ${GRANT_P95_MS} ms, as a share of W`,
      measured: `${held}/s, ${((100 * held) / w.median).toFixed(0)} % of W`,
      met: held > 0,
    },
    {
      what: `reads found in their cache > ${100 * HIT_RATE} %`,
      measured: `${spreadText({ min: 100 * hits.min, median: 100 * hits.median, max: 100 * hits.max })} %`,
      met: hits.median > HIT_RATE,
    },
    {
      what: `documents checked, ours ÷ a bare BullMQ worker ≥ ${100 * OF_BARE} %`,
      measured: `${((100 * jobs.ours.median) / jobs.bare.median).toFixed(0)} %`,
      met: jobs.ours.median >= OF_BARE * jobs.bare.median,
    },
  ];
}

export const GRANT_P95_MS = 250;

export const rateHolds = (step: Pick<GrantStep, 'answers' | 'sent' | 'p95Ms'>) =>
  allCreated(step) && step.p95Ms < GRANT_P95_MS;

export const everyReadAnswered = ({ reads }: ApiResult): boolean =>
  reads.every(({ calls }) => Object.values(calls).every(({ sent, answers }) => answers['200'] === sent));
