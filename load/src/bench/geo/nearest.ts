import { createLiveSearch } from '@rideline/fleet/live/live-search';
import { geo } from '@rideline/fleet/redis/redis-keys';
import { systemClock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { type Accounted, cpuSince, readCpu } from '../../process/process-cpu.ts';
import { rotated } from '../rotation.ts';
import { quantile } from '../spread.ts';
import { type AnswersCheck, checkAnswers } from './answers.ts';
import { type Fleet, LARGE, SMALL, somewhere } from './fleet.ts';
import { closedLoop, openLoop, type Search } from './loops.ts';

/** The search without REST: ours with everything that it does, and a single GEOSEARCH, on one connection, in turn. */
export const LIMIT = 10;
export const RADIUS_METRES = 3000;
/** Share of the rate of one connection in a closed loop. */
export const OPEN_SHARE = 0.5;
/** Longer than the bench: all drivers are fresh. */
export const FRESH_MS = 3_600_000;
const CHECKED = 200;

export type Searcher = 'ours' | 'one GEOSEARCH';

export interface NearestRun {
  readonly searcher: Searcher;
  readonly drivers: number;
  readonly searchesPerSecond: number;
  /** CPU µs per search, in the closed loop. */
  readonly redisUs: number;
  readonly clientUs: number;
  /** GEOSEARCH calls per search. */
  readonly rounds: number;
  /** Open loop, at `OPEN_SHARE` of the rate of the closed loop just before. */
  readonly open: {
    readonly ratePerSecond: number;
    readonly p50Ms: number;
    readonly p99Ms: number;
    /** Of a PING at the same rate right afterwards: what this machine and this client add. */
    readonly pingP99Ms: number;
  };
}

export interface NearestOptions {
  readonly redis: RedisClient;
  /** The Redis server's process. */
  readonly server: Accounted;
  readonly rounds: number;
  /** Before each closed loop: the search learns the density of the cells, and V8 compiles the code. */
  readonly warmUpMs: number;
  /** Of each loop. */
  readonly durationMs: number;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface NearestResult {
  readonly runs: readonly NearestRun[];
  readonly answers: readonly AnswersCheck[];
}

interface Variant {
  readonly searcher: Searcher;
  readonly fleet: Fleet;
  readonly search: Search;
  /** GEOSEARCH calls so far. */
  readonly geosearches: () => number;
}

export async function measureNearest(options: NearestOptions): Promise<NearestResult> {
  const { redis, rounds, signal } = options;
  const variants = [LARGE, SMALL].flatMap((fleet) => [ours(redis, fleet), oneGeosearch(redis, fleet)]);
  const runs: NearestRun[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const variant of rotated(variants, round)) {
      signal.throwIfAborted();
      options.onProgress(
        `round ${round + 1} of ${rounds}: ${variant.searcher} among ${variant.fleet.drivers} drivers`,
      );
      runs.push(await measure(variant, options));
    }
  }
  options.onProgress('comparing the answers');
  const answers = [];
  for (const fleet of [LARGE, SMALL]) {
    const compared = { compared: CHECKED, radiusMetres: RADIUS_METRES, limit: LIMIT };
    answers.push(await checkAnswers(redis, fleet, searchOf(redis, fleet), compared));
  }
  return { runs, answers };
}

async function measure(
  { searcher, fleet, search, geosearches }: Variant,
  { redis, server, warmUpMs, durationMs, signal }: NearestOptions,
): Promise<NearestRun> {
  await closedLoop(search, warmUpMs, signal);
  const [cpuBefore, geosearchesBefore] = [readCpu([server]), geosearches()];
  const { searches, elapsedMs } = await closedLoop(search, durationMs, signal);
  const cpu = cpuSince(readCpu([server]), cpuBefore);
  const rounds = (geosearches() - geosearchesBefore) / searches;
  const searchesPerSecond = (searches * 1000) / elapsedMs;
  const ratePerSecond = searchesPerSecond * OPEN_SHARE;
  const latenciesMs = await latenciesOf(search, { ratePerSecond, durationMs }, signal);
  const ping = async () => void (await redis.ping());
  const pingsMs = await latenciesOf(ping, { ratePerSecond, durationMs }, signal);
  return {
    searcher,
    drivers: fleet.drivers,
    searchesPerSecond,
    redisUs: (cpu.get(server.name) ?? Number.NaN) / searches,
    // This process is the client, and does nothing else meanwhile.
    clientUs: (cpu.get('generator') ?? Number.NaN) / searches,
    rounds,
    open: {
      ratePerSecond,
      p50Ms: quantile(latenciesMs, 0.5),
      p99Ms: quantile(latenciesMs, 0.99),
      pingP99Ms: quantile(pingsMs, 0.99),
    },
  };
}

async function latenciesOf(
  search: Search,
  load: { ratePerSecond: number; durationMs: number },
  signal: AbortSignal,
): Promise<readonly number[]> {
  const { latenciesMs, failed, failure } = await openLoop(search, load, signal);
  if (failed > 0) throw new Error(`${failed} searches failed`, { cause: failure });
  return latenciesMs;
}

const searchOf = (redis: RedisClient, { region }: Fleet) =>
  createLiveSearch({ redis, region, clock: systemClock, freshMs: FRESH_MS });

/** One search object for the whole bench, as in an API process: it keeps what it learnt about the density. */
function ours(redis: RedisClient, fleet: Fleet): Variant {
  const search = searchOf(redis, fleet);
  let geosearches = 0;
  return {
    searcher: 'ours',
    fleet,
    search: async () => {
      const query = {
        ...somewhere(),
        radiusMetres: RADIUS_METRES,
        limit: LIMIT,
        status: 'available',
      } as const;
      // Searches of an open loop overlap: with the await on the right of `+=` the sum would lose increments.
      const { rounds } = await search.nearest(query);
      geosearches += rounds;
    },
    geosearches: () => geosearches,
  };
}

/** GEOSEARCH alone: no freshness, no status except that of the key, no heading, the position as GEO keeps it. */
function oneGeosearch(redis: RedisClient, fleet: Fleet): Variant {
  const key = geo(fleet.region, 'available');
  let geosearches = 0;
  return {
    searcher: 'one GEOSEARCH',
    fleet,
    search: async () => {
      const { lat, lng } = somewhere();
      await redis.geosearch(
        key,
        'FROMLONLAT',
        lng,
        lat,
        'BYRADIUS',
        RADIUS_METRES,
        'm',
        'ASC',
        'COUNT',
        LIMIT,
      );
      geosearches++;
    },
    geosearches: () => geosearches,
  };
}
