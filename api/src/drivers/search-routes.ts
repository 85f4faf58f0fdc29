import {
  driverSearchAnswerSchema,
  driverSearchQuerySchema,
  type NearbyDriver,
  toIsoTime,
} from '@rideline/contract';
import { distanceMetres } from '@rideline/fleet/geo/distance';
import type { FoundDriver, LiveSearch, SearchQuery } from '@rideline/fleet/live/live-search';
import type { Cache } from '@rideline/platform/cache/cache';
import { ageMs, type Clock } from '@rideline/platform/process/clock';
import { answerCached } from '../cache/cached-answer.ts';
import { type Route, route } from '../http/route.ts';
import type { ApiMetrics } from '../metrics.ts';
import type { Dependency } from '../process/dependency.ts';

/** Decimals of positions shown to riders, of drivers that are not on their trip: about 110 m. */
const RIDER_DECIMALS = 3;
/** Maximum distance of a rounded position from the true one (half a diagonal of 0.001° is 79 m). */
const RIDER_MARGIN_METRES = 80;
/** Decimals of the centre in the key of a cached search: centres within 8 m share an entry. */
const CENTRE_DECIMALS = 4;
const CENTRE_MARGIN_METRES = 8;
/** Extra drivers of a cached search: those at the edge change order when the centre moves by up to the margin. */
const SPARE_DRIVERS = 2;

interface Found {
  readonly drivers: readonly FoundDriver[];
  readonly warming: boolean;
}

function whole(driver: FoundDriver): NearbyDriver {
  return {
    driverId: driver.driverId,
    lat: driver.lat,
    lng: driver.lng,
    distanceMetres: driver.distanceMetres,
    heading: driver.heading,
    speed: driver.speed,
    at: toIsoTime(driver.at),
    ageMs: driver.ageMs,
  };
}

const rounded = (degrees: number, decimals = RIDER_DECIMALS) => Number(degrees.toFixed(decimals));

function nearestWithin<T extends { readonly distanceMetres: number }>(found: T[], query: SearchQuery): T[] {
  return found
    .filter((driver) => driver.distanceMetres <= query.radiusMetres)
    .sort((one, other) => one.distanceMetres - other.distanceMetres)
    .slice(0, query.limit);
}

/**
 * The result for riders: everything is derived from the rounded position, also whether the driver is within the radius. Otherwise searches with
 * many centres and radii would reveal the true position.
 */
function blurred(found: readonly FoundDriver[], query: SearchQuery): NearbyDriver[] {
  const shown = found.map((driver): NearbyDriver => {
    const lat = rounded(driver.lat);
    const lng = rounded(driver.lng);
    const distance = distanceMetres(query.lat, query.lng, lat, lng);
    const at = toIsoTime(driver.at);
    return {
      lat,
      lng,
      distanceMetres: distance,
      heading: driver.heading,
      speed: null,
      at,
      ageMs: driver.ageMs,
    };
  });
  return nearestWithin(shown, query);
}

/** Equal searches have equal keys, however their numbers were written. */
export function searchKey({ lat, lng, radiusMetres, limit, status }: SearchQuery): string {
  return [status, lat, lng, radiusMetres, limit].join(':');
}

/** `cacheMs` 0: searches are not cached. */
export function driverSearchRoutes(parts: {
  redis: Dependency;
  search: LiveSearch;
  cache: Cache;
  cacheMs: number;
  clock: Clock;
  metrics: ApiMetrics;
}): Route[] {
  const { redis, search, cache, cacheMs, clock, metrics } = parts;

  async function nearest(query: SearchQuery): Promise<Found> {
    const result = await redis.read(() => search.nearest(query));
    metrics.search_rounds.observe(result.rounds);
    return { drivers: result.drivers, warming: result.warming };
  }

  /** Answers from a recent cached search around a nearby centre; distances are computed from the requested centre. */
  async function cachedNearest(
    query: SearchQuery,
    request: { setHeader(name: string, value: string): void },
  ): Promise<Found> {
    if (cacheMs === 0) return nearest(query);
    const around: SearchQuery = {
      ...query,
      lat: rounded(query.lat, CENTRE_DECIMALS),
      lng: rounded(query.lng, CENTRE_DECIMALS),
      radiusMetres: query.radiusMetres + CENTRE_MARGIN_METRES,
      limit: query.limit + SPARE_DRIVERS,
    };
    const found = await answerCached(cache, 'search', searchKey(around), request, async () => ({
      version: Math.floor(clock.wallMs()),
      value: await nearest(around),
    }));
    const seen = found.drivers.map((driver) => ({
      ...driver,
      distanceMetres: distanceMetres(query.lat, query.lng, driver.lat, driver.lng),
      ageMs: Math.max(0, ageMs(clock, driver.at)),
    }));
    return { drivers: nearestWithin(seen, query), warming: found.warming };
  }

  return [
    route({
      method: 'get',
      path: '/v1/drivers/search',
      operation: 'searchDrivers',
      summary:
        'The drivers of one status nearest to a point, with a fix within the freshness window; the answer may be a few seconds old. Riders see rounded positions. For display only: matching runs its own search.',
      access: ['operator', 'admin', 'rider'],
      limit: 'critical',
      cache: 'search',
      query: driverSearchQuerySchema,
      answer: driverSearchAnswerSchema,
      problems: ['UNAVAILABLE', 'TIMEOUT'],
      handle: async (request) => {
        const { lat, lng, limit, status, radius } = request.query;
        const asked: SearchQuery = { lat, lng, limit, status, radiusMetres: radius };
        if (request.caller.role !== 'rider') {
          const { drivers, warming } = await cachedNearest(asked, request);
          return { drivers: drivers.map(whole), warming };
        }
        const wider = { ...asked, radiusMetres: radius + RIDER_MARGIN_METRES, limit: limit + 1 };
        const { drivers, warming } = await cachedNearest(wider, request);
        return { drivers: blurred(drivers, asked), warming };
      },
    }),
  ];
}
