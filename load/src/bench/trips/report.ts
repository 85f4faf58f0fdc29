import { machineText, tableText } from '../report-text.ts';
import { spreadOf, spreadText } from '../spread.ts';
import { type Target, targetLines } from '../targets.ts';
import { FLOW } from './city.ts';
import { errorShareOf, holds, LIMITS, type PostFigures, type TripsResult } from './run.ts';

/** Of the steps at one rate, all rounds; rising rates. */
function byRate(steps: readonly PostFigures[]): [number, PostFigures[]][] {
  const rates = new Map<number, PostFigures[]>();
  for (const step of steps) rates.set(step.ratePerSecond, [...(rates.get(step.ratePerSecond) ?? []), step]);
  return [...rates].sort(([a], [b]) => a - b);
}

/** The highest rate that held: errors in every round, p95 as the median of the rounds; 0 for none. */
export function heldRate({ steps }: TripsResult): number {
  const held = byRate(steps).filter(([, runs]) => {
    const errors = spreadOf(runs.map(errorShareOf)).max;
    return errors < LIMITS.errorShare && spreadOf(runs.map(({ p95Ms }) => p95Ms)).median < LIMITS.p95Ms;
  });
  return held.at(-1)?.[0] ?? 0;
}

/** What issue 6 asks. A trip is written twice at least (asked for, told on), so that half of W is the most that can last. */
export function tripsTargets(result: TripsResult): Target[] {
  const { w, burst, drain, outage, found } = result;
  const rate = heldRate(result);
  const goal = Math.min(LIMITS.ratePerSecond, w.median / 2);
  const seconds = (ms: number | null) => (ms === null ? 'not in time' : `${(ms / 1000).toFixed(1)} s`);
  return [
    {
      what: `POST p95 < ${LIMITS.p95Ms} ms, errors < 1 %, up to the least of ${LIMITS.ratePerSecond}/s and W/2 (${goal.toFixed(0)}/s)`,
      measured: `${rate}/s`,
      met: rate >= goal,
    },
    {
      what: 'burst of 500/s: all 201, all told `searching`',
      measured: `${burst.post.answers['201'] ?? 0} and ${burst.searching} of ${burst.post.sent}`,
      met: burst.post.answers['201'] === burst.post.sent && burst.searching === burst.post.sent,
    },
    {
      what: `backlog of ${drain.trips} drains in < 15 s`,
      measured: seconds(drain.ms),
      met: drain.ms !== null && drain.ms < LIMITS.drainMs,
    },
    {
      what: `workers gone for ${outage.ms / 1000} s: POST p95 < ${LIMITS.p95Ms} ms, all 201`,
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

const answersText = ({ answers }: PostFigures) =>
  Object.entries(answers)
    .map(([status, count]) => `${status}: ${count}`)
    .join(', ');

function rampText(result: TripsResult): string {
  const rows = byRate(result.steps).map(([rate, runs]) => [
    `${rate}/s`,
    `${((100 * rate) / result.w.median).toFixed(0)} %`,
    spreadText(spreadOf(runs.map(({ p50Ms }) => p50Ms)), 0),
    spreadText(spreadOf(runs.map(({ p95Ms }) => p95Ms)), 0),
    spreadText(spreadOf(runs.map(({ p99Ms }) => p99Ms)), 0),
    spreadText(spreadOf(runs.map(({ mostMs }) => mostMs)), 0),
    `${(100 * spreadOf(runs.map(errorShareOf)).max).toFixed(2)} %`,
    String(runs.length),
  ]);
  return tableText(
    ['POST /v1/trips', 'of W', 'p50 ms', 'p95 ms', 'p99 ms', 'most ms', 'worst errors', 'rounds'],
    rows,
  );
}

const one = (post: PostFigures) =>
  `${post.sent} at ${post.ratePerSecond}/s: ${answersText(post)}; p50 ${post.p50Ms.toFixed(0)}, p95 ${post.p95Ms.toFixed(0)}, p99 ${post.p99Ms.toFixed(0)}, most ${post.mostMs.toFixed(0)} ms`;

/** Of the programs that used anything to speak of. */
function coresText(cores: Readonly<Record<string, number>>): string {
  return Object.entries(cores)
    .filter(([, share]) => share >= 0.01)
    .sort(([, a], [, b]) => b - a)
    .map(([name, share]) => `${name === 'generator' ? 'calls' : name} ${(100 * share).toFixed(0)}`)
    .join(', ');
}

export function tripsReport(result: TripsResult): string {
  const { w, burst, drain, outage, fixes, found } = result;
  return [
    machineText(),
    `Mongo: ${result.mongo}, W = ${w.median} writes/s of 16 clients (${w.least}–${w.greatest}); load of the machine (1 min) before ${result.loadBefore.toFixed(1)}, after ${result.loadAfter.toFixed(1)}`,
    `A whole cluster (2 gateways, API, workers, 3 Redis, Mongo, HAProxy) and the load on one machine. Meanwhile ${FLOW.framesPerSecond} frames/s of ${FLOW.fixesPerFrame} fixes from ${FLOW.drivers} drivers; open loop, latency from when a call was due; ${result.stepMs / 1000} s a step, ${result.rounds} round(s), median (least–greatest); a search lasts ${result.searchBudgetMs / 1000} s`,
    '',
    rampText(result),
    `CPU of the last step of these, % of a core: ${coresText(result.steps.at(-1)?.cores ?? {})}`,
    '',
    `burst, ${burst.drivers} drivers: ${one(burst.post)}; told \`searching\`: ${burst.searching}`,
    `backlog of ${drain.trips}, ${drain.drivers} drivers come at once: ${drain.accepted} accepted${drain.ms === null ? '' : ` in ${(drain.ms / 1000).toFixed(1)} s`}; refused: ${JSON.stringify(drain.refused)}`,
    `  CPU meanwhile, % of a core: ${coresText(drain.cores)}`,
    `all workers killed for ${outage.ms / 1000} s: ${one(outage.post)}; all ended ${outage.settledMs === null ? 'NOT in time' : `${(outage.settledMs / 1000).toFixed(1)} s after they were back`}, ${outage.completed} of them driven`,
    `fixes sent ${fixes.fixesSent}, frames that could not be sent in time ${fixes.framesLate}, refused ${fixes.refused}, sockets lost ${fixes.closed}; ends of all trips: ${JSON.stringify(found.states)}`,
    '',
    'Targets:',
    ...targetLines(tripsTargets(result)),
    '',
    'Left out: TLS, riders on sockets, the way to the phones; in the rising rates nobody is free, so that no trip is offered. Killed are all roles of the workers, not only matching.',
  ].join('\n');
}
