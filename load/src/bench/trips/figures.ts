import { spreadOf } from '../spread.ts';
import type { Target } from '../targets.ts';
import type { PostFigures, TripsResult } from './run.ts';

/** The steps of all rounds by rate, rising. */
export function byRate(steps: readonly PostFigures[]): [number, PostFigures[]][] {
  const rates = new Map<number, PostFigures[]>();
  for (const step of steps) rates.set(step.ratePerSecond, [...(rates.get(step.ratePerSecond) ?? []), step]);
  return [...rates].sort(([a], [b]) => a - b);
}

/** The highest rate that held: errors below the limit in every round, the median of p95 below its limit; 0 for none. */
export function heldRate({ steps }: TripsResult): number {
  const held = byRate(steps).filter(([, runs]) => {
    const errors = spreadOf(runs.map(errorShareOf)).max;
    return errors < LIMITS.errorShare && spreadOf(runs.map(({ p95Ms }) => p95Ms)).median < LIMITS.p95Ms;
  });
  return held.at(-1)?.[0] ?? 0;
}

/** The targets. A trip is written at least twice (request, then its outbox entry), so half of W is the most that can last. */
export function tripsTargets(result: TripsResult): Target[] {
  const { w, burst, drain, outage, found } = result;
  const rate = heldRate(result);
  const goal = Math.min(LIMITS.ratePerSecond, w.median / 2);
  const seconds = (ms: number | null) => (ms === null ? 'not in time' : `${(ms / 1000).toFixed(1)} s`);
  return [
    {
      what: `POST p95 < ${LIMITS.p95Ms} ms, errors < 1 %, up to the lower of ${LIMITS.ratePerSecond}/s and W/2 (${goal.toFixed(0)}/s)`,
      measured: `${rate}/s`,
      met: rate >= goal,
    },
    {
      what: 'burst of 500/s: all 201, all `searching`',
      measured: `${burst.post.answers['201'] ?? 0} and ${burst.searching} of ${burst.post.sent}`,
      met: burst.post.answers['201'] === burst.post.sent && burst.searching === burst.post.sent,
    },
    {
      what: `backlog of ${drain.trips} drains in < 15 s`,
      measured: seconds(drain.ms),
      met: drain.ms !== null && drain.ms < LIMITS.drainMs,
    },
    {
      what: `workers down for ${outage.ms / 1000} s: POST p95 < ${LIMITS.p95Ms} ms, all 201`,
      measured: `${outage.post.p95Ms.toFixed(0)} ms, ${outage.post.answers['201'] ?? 0} of ${outage.post.sent}`,
      met: holds(outage.post) && errorShareOf(outage.post) === 0,
    },
    {
      what: 'then every trip settles',
      measured: seconds(outage.settledMs),
      met: outage.settledMs !== null,
    },
    {
      what: '201s without a trip, and trips that never end: 0',
      measured: `${found.missing} and ${found.open} of ${result.created}`,
      met: found.missing === 0 && found.open === 0,
    },
  ];
}

export const LIMITS = { p95Ms: 250, errorShare: 0.01, drainMs: 15_000, ratePerSecond: 420 } as const;

/** The share of the requests that were not answered 201. */
export const errorShareOf = ({ sent, answers }: PostFigures): number => 1 - (answers['201'] ?? 0) / sent;

export const holds = (figures: PostFigures): boolean =>
  figures.p95Ms < LIMITS.p95Ms && errorShareOf(figures) < LIMITS.errorShare;
