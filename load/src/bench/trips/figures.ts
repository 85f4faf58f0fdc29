import { spreadOf, spreadText } from '../spread.ts';
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
  const { w, bursts, drains, outages, found } = result;
  const rate = heldRate(result);
  const goal = Math.min(LIMITS.ratePerSecond, w.median / 2);
  return [
    {
      what: `POST p95 < ${LIMITS.p95Ms} ms, errors < 1 %, up to the lower of ${LIMITS.ratePerSecond}/s and W/2 (${goal.toFixed(0)}/s)`,
      measured: `${rate}/s`,
      met: rate >= goal,
    },
    {
      what: 'burst of 500/s: all 201, all `searching`',
      measured: `${created(bursts)} and ${sum(bursts, ({ searching }) => searching)} of ${sent(bursts)}`,
      met: bursts.every(
        ({ post, searching }) => post.answers['201'] === post.sent && searching === post.sent,
      ),
    },
    {
      what: `backlog of ${drains[0]?.trips ?? 0} drains in < ${LIMITS.drainMs / 1000} s`,
      measured: secondsText(drains.map(({ ms }) => ms)),
      met: drains.every(({ ms }) => ms !== null && ms < LIMITS.drainMs),
    },
    {
      what: `workers down for ${(outages[0]?.ms ?? 0) / 1000} s: POST p95 < ${LIMITS.p95Ms} ms, all 201`,
      measured: `${spreadText(spreadOf(outages.map(({ post }) => post.p95Ms)), 0)} ms, ${created(outages)} of ${sent(outages)}`,
      met: outages.every(({ post }) => holds(post) && errorShareOf(post) === 0),
    },
    {
      what: 'then every trip settles',
      measured: secondsText(outages.map(({ settledMs }) => settledMs)),
      met: outages.every(({ settledMs }) => settledMs !== null),
    },
    {
      what: '201s without a trip, and trips that never end: 0',
      measured: `${found.missing} and ${found.open} of ${result.created}`,
      met: found.missing === 0 && found.open === 0,
    },
  ];
}

const sum = <Item>(items: readonly Item[], value: (item: Item) => number): number =>
  items.reduce((total, item) => total + value(item), 0);
const sent = (phases: readonly { post: PostFigures }[]) => sum(phases, ({ post }) => post.sent);
const created = (phases: readonly { post: PostFigures }[]) =>
  sum(phases, ({ post }) => post.answers['201'] ?? 0);

/** Times of the rounds; null: not in time. */
export function secondsText(rounds: readonly (number | null)[]): string {
  const inTime = rounds.filter((ms) => ms !== null);
  const late = rounds.length - inTime.length;
  if (inTime.length === 0) return 'not in time';
  const text = `${spreadText(spreadOf(inTime.map((ms) => ms / 1000)))} s`;
  return late === 0 ? text : `${text}, not in time in ${late} of ${rounds.length} rounds`;
}

export const LIMITS = { p95Ms: 250, errorShare: 0.01, drainMs: 15_000, ratePerSecond: 420 } as const;

/** The share of the requests that were not answered 201. */
export const errorShareOf = ({ sent, answers }: PostFigures): number => 1 - (answers['201'] ?? 0) / sent;

export const holds = (figures: PostFigures): boolean =>
  figures.p95Ms < LIMITS.p95Ms && errorShareOf(figures) < LIMITS.errorShare;
