import type { BenchOutcome } from '../bench.ts';
import { barPlot } from '../plot/plots.ts';
import { machineText, measuredText, tableText } from '../report-text.ts';
import { spreadOf, spreadText } from '../spread.ts';
import { targetLines } from '../targets.ts';
import { FLOW } from './city.ts';
import { byRate, errorShareOf, secondsText, tripsTargets } from './figures.ts';
import type { PostFigures, TripsResult } from './run.ts';

function answersText(posts: readonly PostFigures[]): string {
  const counts = new Map<string, number>();
  for (const { answers } of posts)
    for (const [status, count] of Object.entries(answers))
      counts.set(status, (counts.get(status) ?? 0) + count);
  return [...counts].map(([status, count]) => `${status}: ${count}`).join(', ');
}

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

/** The requests of one phase, all rounds together; latencies: median (least–greatest) of the rounds. */
function postsText(posts: readonly PostFigures[]): string {
  const sent = posts.reduce((sum, post) => sum + post.sent, 0);
  const ms = (value: (post: PostFigures) => number) => spreadText(spreadOf(posts.map(value)), 0);
  return `${sent} at ${posts[0]?.ratePerSecond ?? 0}/s: ${answersText(posts)}; p50 ${ms(({ p50Ms }) => p50Ms)}, p95 ${ms(({ p95Ms }) => p95Ms)}, p99 ${ms(({ p99Ms }) => p99Ms)}, max ${ms(({ mostMs }) => mostMs)} ms`;
}

const sumOf = <Item>(items: readonly Item[], value: (item: Item) => number) =>
  items.reduce((sum, item) => sum + value(item), 0);

/** Of the programs that used at least 1 % of a core. */
function coresText(cores: Readonly<Record<string, number>>): string {
  return Object.entries(cores)
    .filter(([, share]) => share >= 0.01)
    .sort(([, a], [, b]) => b - a)
    .map(([name, share]) => `${name === 'generator' ? 'calls' : name} ${(100 * share).toFixed(0)}`)
    .join(', ');
}

export function tripsReport(result: TripsResult): string {
  const { w, bursts, drains, outages, fixes, found } = result;
  return [
    machineText(),
    `Mongo: ${result.mongo}, W = ${w.median} writes/s of 16 clients (${w.least}–${w.greatest}); load of the machine (1 min) before ${result.loadBefore.toFixed(1)}, after ${result.loadAfter.toFixed(1)}`,
    `A whole cluster (2 gateways, API, workers, 3 Redis, Mongo, HAProxy) and the load on one machine. Meanwhile ${FLOW.framesPerSecond} frames/s of ${FLOW.fixesPerFrame} fixes from ${FLOW.drivers} drivers; open loop, latency from when a call was due; ${result.stepMs / 1000} s per step, ${result.rounds} round(s), median (least–greatest); a search lasts ${result.searchBudgetMs / 1000} s`,
    '',
    rampText(result),
    `CPU of the last step of these, % of a core: ${coresText(result.steps.at(-1)?.cores ?? {})}`,
    '',
    `burst, ${bursts[0]?.drivers ?? 0} drivers: ${postsText(bursts.map(({ post }) => post))}; answered \`searching\`: ${sumOf(bursts, ({ searching }) => searching)}`,
    `backlog of ${drains[0]?.trips ?? 0}, ${drains[0]?.drivers ?? 0} drivers arrive at once; until all were accepted: ${secondsText(drains.map(({ ms }) => ms))}; accepted in all rounds: ${sumOf(drains, ({ accepted }) => accepted)}; refused: ${drains.map(({ refused }) => JSON.stringify(refused)).join(', ')}`,
    `  CPU meanwhile in the last round, % of a core: ${coresText(drains.at(-1)?.cores ?? {})}`,
    `all workers killed for ${(outages[0]?.ms ?? 0) / 1000} s: ${postsText(outages.map(({ post }) => post))}; from their restart until all had ended: ${secondsText(outages.map(({ settledMs }) => settledMs))}, ${sumOf(outages, ({ completed }) => completed)} of them driven`,
    `fixes sent ${fixes.fixesSent}, frames that could not be sent in time ${fixes.framesLate}, refused ${fixes.refused}, sockets lost ${fixes.closed}; ends of all trips: ${JSON.stringify(found.states)}`,
    '',
    'Targets:',
    ...targetLines(tripsTargets(result)),
    '',
    'Left out: TLS, the network, riders on sockets, the way to the phones; at the rising rates no driver is free, so no trip is offered. All roles of the workers are killed, not only matching.',
  ].join('\n');
}

/** For programs. */
export function tripsJson(result: TripsResult): object {
  return { ...result, targets: tripsTargets(result) };
}

export function tripsPlots(result: TripsResult): NonNullable<BenchOutcome['plots']> {
  return [
    {
      name: 'trips-p95',
      svg: barPlot({
        title: 'POST /v1/trips at rising rates: p95',
        unit: 'ms, from when a call was due (median of the rounds; whisker: least to greatest)',
        bars: byRate(result.steps).map(([rate, runs]) => {
          const range = spreadOf(runs.map(({ p95Ms }) => p95Ms));
          return { label: `${rate}/s`, parts: [{ name: 'p95', value: range.median }], range };
        }),
        note: `${measuredText()}; ${FLOW.framesPerSecond} frames/s of ${FLOW.fixesPerFrame} fixes flow meanwhile; no driver is free`,
      }),
    },
  ];
}
