import { machineText, tableText } from '../report-text.ts';
import { spreadOf, spreadText } from '../spread.ts';
import { targetLines } from '../targets.ts';
import { FLOW } from './city.ts';
import { byRate, errorShareOf, tripsTargets } from './figures.ts';
import type { PostFigures, TripsResult } from './run.ts';

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
    ['POST /v1/trips', 'of W', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', 'worst errors', 'rounds'],
    rows,
  );
}

const one = (post: PostFigures) =>
  `${post.sent} at ${post.ratePerSecond}/s: ${answersText(post)}; p50 ${post.p50Ms.toFixed(0)}, p95 ${post.p95Ms.toFixed(0)}, p99 ${post.p99Ms.toFixed(0)}, max ${post.mostMs.toFixed(0)} ms`;

/** Of the programs that used at least 1 % of a core. */
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
    `A whole cluster (2 gateways, API, workers, 3 Redis, Mongo, HAProxy) and the load on one machine. Meanwhile ${FLOW.framesPerSecond} frames/s of ${FLOW.fixesPerFrame} fixes from ${FLOW.drivers} drivers; open loop, latency from when a call was due; ${result.stepMs / 1000} s per step, ${result.rounds} round(s), median (least–greatest); a search lasts ${result.searchBudgetMs / 1000} s`,
    '',
    rampText(result),
    `CPU of the last step of these, % of a core: ${coresText(result.steps.at(-1)?.cores ?? {})}`,
    '',
    `burst, ${burst.drivers} drivers: ${one(burst.post)}; answered \`searching\`: ${burst.searching}`,
    `backlog of ${drain.trips}, ${drain.drivers} drivers arrive at once: ${drain.accepted} accepted${drain.ms === null ? '' : ` in ${(drain.ms / 1000).toFixed(1)} s`}; refused: ${JSON.stringify(drain.refused)}`,
    `  CPU meanwhile, % of a core: ${coresText(drain.cores)}`,
    `all workers killed for ${outage.ms / 1000} s: ${one(outage.post)}; all ended ${outage.settledMs === null ? 'NOT in time' : `${(outage.settledMs / 1000).toFixed(1)} s after their restart`}, ${outage.completed} of them driven`,
    `fixes sent ${fixes.fixesSent}, frames that could not be sent in time ${fixes.framesLate}, refused ${fixes.refused}, sockets lost ${fixes.closed}; ends of all trips: ${JSON.stringify(found.states)}`,
    '',
    'Targets:',
    ...targetLines(tripsTargets(result)),
    '',
    'Left out: TLS, riders on sockets, the way to the phones; at the rising rates no driver is free, so no trip is offered. All roles of the workers are killed, not only matching.',
  ].join('\n');
}

/** For programs. */
export function tripsJson(result: TripsResult): object {
  return { ...result, targets: tripsTargets(result) };
}
