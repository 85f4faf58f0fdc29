import { ratioByRound, type Spread, spreadOf, spreadText } from '../spread.ts';
import { atLeast, atMost, shown, type Target } from '../targets.ts';
import { LARGE, SMALL } from './fleet.ts';
import { type NearestRun, RADIUS_METRES, type Searcher } from './nearest.ts';
import type { GeoResult } from './run.ts';

export const TARGETS = { timesGeosearch: 5, p99Ms: 10, timesSmall: 2 } as const;

export interface NearestFigures {
  readonly searcher: Searcher;
  readonly drivers: number;
  readonly searchesPerSecond: Spread;
  /** CPU µs per search. */
  readonly redisUs: Spread;
  readonly clientUs: Spread;
  /** GEOSEARCH calls per search. */
  readonly geosearches: Spread;
  readonly openRate: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  readonly pingP99Ms: Spread;
}

export const runsOf = ({ runs }: GeoResult, searcher: Searcher, drivers: number): NearestRun[] =>
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
      `CPU of Redis and client per search, ours among ${LARGE.drivers} ÷ among ${SMALL.drivers}`,
      ratio(large, small, ({ redisUs, clientUs }) => redisUs + clientUs),
    ),
    shown(
      `CPU of Redis per search among ${LARGE.drivers}, one GEOSEARCH ÷ ours`,
      ratio(plain, large, ({ redisUs }) => redisUs),
    ),
  ];
}

/** What must never happen: an answer that is not the nearest, or none. */
export const isRight = ({ answers, rest }: GeoResult): boolean =>
  answers.every(({ wrong }) => wrong === 0) && rest.every(({ failed }) => failed === 0);
