import type { BenchOutcome } from '../bench.ts';
import { barPlot } from '../plot/plots.ts';
import { machineText, measuredText, tableText } from '../report-text.ts';
import { spreadText } from '../spread.ts';
import { targetLines } from '../targets.ts';
import type { NearestFigures } from './figures.ts';
import { geoFigures, geoTargets } from './figures.ts';
import { LARGE } from './fleet.ts';
import { LIMIT, OPEN_SHARE, RADIUS_METRES } from './nearest.ts';
import { P95_LIMIT_MS } from './rest.ts';
import { type GeoResult, MOVES_PER_SECOND } from './run.ts';

const LEFT_OUT =
  'Left out: silent drivers (all are fresh), crowds (drivers are spread evenly), the network; nothing is pinned to a core. A latency counts from when a search was due, by a timer of 1 ms.';

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
    `Without REST, no driver moves: a closed loop of ${plan.nearestMs / 1000} s, then an open one at ${100 * OPEN_SHARE} % of its rate. Ours also checks status and freshness and returns the whole position; CPU per search is from the closed loop. PING: the same open loop with a PING, which is what this machine and client add.`,
    nearestTable(geoFigures(result)),
    '',
    ...targetLines(geoTargets(result)),
    '',
    `Over REST, one API process, ${LARGE.drivers} drivers, ${MOVES_PER_SECOND} of them placed per second beside it: an open loop of ${plan.restMs / 1000} s at rising rates, up to the first with a p95 above ${P95_LIMIT_MS} ms`,
    restTable(result),
    '',
    ...answers.map(
      ({ drivers, compared, wrong }) =>
        `answers among ${drivers}: ${compared} compared with a plain GEOSEARCH, ${wrong} differ${wrong === 0 ? '' : '  ← wrong'}`,
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
        unit: 'CPU µs per search',
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
