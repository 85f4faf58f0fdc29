import { barPlot } from '../plot/plots.ts';
import { machineText, measuredText, tableText } from '../report-text.ts';
import type { BenchOutcome } from '../save-outcome.ts';
import { ratioByRound, type Spread, spreadOf, spreadText } from '../spread.ts';
import { atLeast, atMost, shown, type Target, targetLines } from '../targets.ts';
import { LARGE, SMALL } from './fleet.ts';
import { LIMIT, type NearestRun, OPEN_SHARE, RADIUS_METRES, type Searcher } from './nearest.ts';
import { P95_LIMIT_MS } from './rest.ts';
import { type GeoResult, MOVES_PER_SECOND } from './run.ts';

const TARGETS = { timesGeosearch: 5, p99Ms: 10, timesSmall: 2 } as const;
const LEFT_OUT =
  'Left out: drivers who fell silent (all are fresh), crowds (drivers are spread evenly), the network; nothing is pinned to a core. A latency counts from when a search was due, by a timer of 1 ms.';

export interface NearestFigures {
  readonly searcher: Searcher;
  readonly drivers: number;
  readonly searchesPerSecond: Spread;
  /** CPU µs a search. */
  readonly redisUs: Spread;
  readonly clientUs: Spread;
  /** GEOSEARCHes a search. */
  readonly geosearches: Spread;
  readonly openRate: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  readonly pingP99Ms: Spread;
}

const runsOf = ({ runs }: GeoResult, searcher: Searcher, drivers: number): NearestRun[] =>
  runs.filter((run) => run.searcher === searcher && run.drivers === drivers);

export function geoFigures(result: GeoResult): NearestFigures[] {
  return [LARGE, SMALL].flatMap(({ drivers }) =>
    (['ours', 'one GEOSEARCH'] as const).map((searcher) => {
      const runs = runsOf(result, searcher, drivers);
      const spread = (figure: (run: NearestRun) => number) => spreadOf(runs.map(figure));
      return {
        searcher,
        drivers,
        searchesPerSecond: spread((run) => run.searchesPerSecond),
        redisUs: spread((run) => run.redisUs),
        clientUs: spread((run) => run.clientUs),
        geosearches: spread((run) => run.rounds),
        openRate: spread(({ open }) => open.ratePerSecond),
        p50Ms: spread(({ open }) => open.p50Ms),
        p99Ms: spread(({ open }) => open.p99Ms),
        pingP99Ms: spread(({ open }) => open.pingP99Ms),
      };
    }),
  );
}

export function geoTargets(result: GeoResult): Target[] {
  const [large, small] = [runsOf(result, 'ours', LARGE.drivers), runsOf(result, 'ours', SMALL.drivers)];
  const plain = runsOf(result, 'one GEOSEARCH', LARGE.drivers);
  const ratio = (above: NearestRun[], below: NearestRun[], figure: (run: NearestRun) => number) =>
    ratioByRound(above.map(figure), below.map(figure));
  const p99 = spreadOf(large.map(({ open }) => open.p99Ms));
  return [
    atLeast(
      TARGETS.timesGeosearch,
      `searches/s among ${LARGE.drivers}, ours ÷ one GEOSEARCH at ${RADIUS_METRES / 1000} km`,
      ratio(large, plain, ({ searchesPerSecond }) => searchesPerSecond),
    ),
    {
      what: `p99 of ours among ${LARGE.drivers} at half of its rate, ms (target < ${TARGETS.p99Ms})`,
      measured: spreadText(p99, 2),
      met: p99.median < TARGETS.p99Ms,
    },
    atMost(
      TARGETS.timesSmall,
      `CPU of Redis and client a search, ours among ${LARGE.drivers} ÷ among ${SMALL.drivers}`,
      ratio(large, small, ({ redisUs, clientUs }) => redisUs + clientUs),
    ),
    shown(
      `CPU of Redis a search among ${LARGE.drivers}, one GEOSEARCH ÷ ours`,
      ratio(plain, large, ({ redisUs }) => redisUs),
    ),
  ];
}

const label = ({ searcher, drivers }: NearestFigures) => `${searcher}, ${drivers} drivers`;

const nearestTable = (figures: readonly NearestFigures[]): string =>
  tableText(
    [
      'one connection',
      'searches/s',
      'Redis CPU µs',
      'client CPU µs',
      'GEOSEARCHes',
      `at ${100 * OPEN_SHARE} %: searches/s`,
      'p50 ms',
      'p99 ms',
      'PING p99 ms',
    ],
    figures.map((each) => [
      label(each),
      spreadText(each.searchesPerSecond, 0),
      spreadText(each.redisUs, 0),
      spreadText(each.clientUs, 0),
      spreadText(each.geosearches, 2),
      spreadText(each.openRate, 0),
      spreadText(each.p50Ms, 2),
      spreadText(each.p99Ms, 2),
      spreadText(each.pingP99Ms, 2),
    ]),
  );

const restTable = ({ rest }: GeoResult): string =>
  tableText(
    ['over REST', 'p50 ms', 'p95 ms', 'p99 ms', 'failed'],
    rest.map((each) => [
      `${each.ratePerSecond}/s`,
      spreadText(each.p50Ms),
      spreadText(each.p95Ms),
      spreadText(each.p99Ms),
      String(each.failed),
    ]),
  );

export function geoReport(result: GeoResult): string {
  const { plan, answers } = result;
  return [
    machineText(),
    `The nearest ${LIMIT} within ${RADIUS_METRES / 1000} km, drivers in 40 × 40 km; ${plan.rounds} rounds in turn, median (least–greatest); load of the machine before: ${result.loadBefore.toFixed(1)}`,
    '',
    `Without REST, nobody moves: a closed loop of ${plan.nearestMs / 1000} s, then an open one at ${100 * OPEN_SHARE} % of its rate. Ours asks for status, freshness and the whole position too; CPU a search is of the closed loop. PING: the same open loop with a PING, what this machine and client add of their own.`,
    nearestTable(geoFigures(result)),
    '',
    ...targetLines(geoTargets(result)),
    '',
    `Over REST, one API process, ${LARGE.drivers} drivers, ${MOVES_PER_SECOND} of them placed a second beside it: an open loop of ${plan.restMs / 1000} s at rising rates, to the first whose p95 is above ${P95_LIMIT_MS} ms`,
    restTable(result),
    '',
    ...answers.map(
      ({ drivers, asked, wrong }) =>
        `answers among ${drivers}: ${asked} compared with a plain GEOSEARCH, ${wrong} differ${wrong === 0 ? '' : '  ← wrong'}`,
    ),
    LEFT_OUT,
  ].join('\n');
}

export function geoPlots(result: GeoResult): NonNullable<BenchOutcome['plots']> {
  const figures = geoFigures(result);
  const note = `${measuredText()}; medians of ${result.plan.rounds} rounds, one connection. ${LEFT_OUT}`;
  const title = `The nearest ${LIMIT} within ${RADIUS_METRES / 1000} km`;
  return [
    {
      name: 'geo-searches',
      svg: barPlot({
        title: `${title}: how many`,
        unit: 'searches/s (whisker: least to greatest)',
        bars: figures.map((each) => ({
          label: label(each),
          parts: [{ name: 'searches/s', value: each.searchesPerSecond.median }],
          range: each.searchesPerSecond,
        })),
        note,
      }),
    },
    {
      name: 'geo-cpu',
      svg: barPlot({
        title: `${title}: CPU`,
        unit: 'CPU µs a search',
        bars: figures.map((each) => ({
          label: label(each),
          parts: [
            { name: 'Redis', value: each.redisUs.median },
            { name: 'client', value: each.clientUs.median },
          ],
        })),
        note,
      }),
    },
  ];
}

export function geoJson(result: GeoResult): object {
  const { plan, loadBefore, rest, answers } = result;
  return { plan, loadBefore, figures: geoFigures(result), targets: geoTargets(result), rest, answers };
}

/** What may never happen: another answer than the nearest, or none. */
export const isRight = ({ answers, rest }: GeoResult): boolean =>
  answers.every(({ wrong }) => wrong === 0) && rest.every(({ failed }) => failed === 0);
