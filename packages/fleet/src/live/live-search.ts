import type { DriverId, RegionId } from '@rideline/contract';
import { ageMs, type Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { distanceMetres, METRES_PER_DEGREE } from '../geo/distance.ts';
import { GEO_MAX_LATITUDE, geoLongitude } from '../geo/geo-place.ts';
import { geo, live, polar, warmedAt } from '../redis/redis-keys.ts';
import { decodeLive } from './live-index.ts';
import { createRadiusPredictor, type RadiusPredictor } from './search-radius.ts';

export type SearchableStatus = 'available' | 'busy';

export interface SearchQuery {
  readonly lat: number;
  readonly lng: number;
  readonly radiusMetres: number;
  readonly limit: number;
  readonly status: SearchableStatus;
}

export interface FoundDriver {
  readonly driverId: DriverId;
  readonly lat: number;
  readonly lng: number;
  readonly distanceMetres: number;
  readonly heading: number | null;
  readonly speed: number | null;
  /** Time of the fix, epoch ms on the domain clock. */
  readonly at: number;
  /** Wall ms since the fix was taken. */
  readonly ageMs: number;
}

export interface SearchResult {
  /** Nearest first. */
  readonly drivers: FoundDriver[];
  /** The live index was emptied less than a freshness window ago: drivers may be missing. */
  readonly warming: boolean;
  /** Number of GEOSEARCH calls. */
  readonly rounds: number;
}

export interface LiveSearch {
  nearest(query: SearchQuery): Promise<SearchResult>;
}

/** GEO keeps 52 bits: a stored position is up to 0.4 m off. */
const GEO_GRAIN_METRES = 1;
/** Drivers that one search reads, fresh or stale: bounds the work in an area full of stale drivers. */
const MAX_CANDIDATES = 20_000;
/** Polar drivers that one search reads. */
const MAX_POLAR = 1000;
/** Number of stale drivers expected among the nearest. */
const spareFor = (limit: number) => Math.ceil(limit / 4) + 4;

interface Candidates {
  readonly ids: string[];
  readonly rounds: number;
  readonly radiusMetres: number;
  /** Every driver within the radius of the query is in `ids`. */
  readonly exhausted: boolean;
}

/**
 * Finds the drivers of one status nearest to a point whose newest fix lies within the freshness window. Position and distance are both
 * computed from `live`, so that they always belong together.
 */
export function createLiveSearch(options: {
  redis: RedisClient;
  region: RegionId;
  clock: Clock;
  /** Domain ms. */
  freshMs: number;
  predictor?: RadiusPredictor;
}): LiveSearch {
  const { redis, region, clock } = options;
  const predictor = options.predictor ?? createRadiusPredictor();
  const freshWallMs = options.freshMs / clock.rate;

  /** GEOSEARCH with a growing radius until `target` drivers are found or the radius of the query is reached. */
  async function nearestIds(query: SearchQuery, target: number, startMetres: number): Promise<Candidates> {
    // GEOSEARCH refuses a centre beyond the limit. The search starts from the nearest accepted point, with the distance to it added to the radius.
    const lat = Math.max(-GEO_MAX_LATITUDE, Math.min(GEO_MAX_LATITUDE, query.lat));
    const detour = distanceMetres(query.lat, query.lng, lat, query.lng);
    const furthest = query.radiusMetres + detour + GEO_GRAIN_METRES;
    // Distances from a moved centre have another order, so every driver within the radius is a candidate.
    const count = detour > 0 ? MAX_CANDIDATES : target;
    let radius = detour > 0 ? furthest : Math.min(furthest, startMetres);
    for (let rounds = 1; ; rounds++) {
      const ids = (await redis.geosearch(
        geo(region, query.status),
        'FROMLONLAT',
        geoLongitude(query.lng),
        lat,
        'BYRADIUS',
        radius,
        'm',
        'ASC',
        'COUNT',
        count,
      )) as string[];
      if (ids.length >= count || radius >= furthest) {
        return { ids, rounds, radiusMetres: radius, exhausted: ids.length < count };
      }
      const wider = predictor.wider(ids.length, target, radius);
      radius = wider > furthest * 0.8 ? furthest : wider;
    }
  }

  /** Drivers near a pole, which GEO cannot hold. */
  async function polarIds(query: SearchQuery): Promise<string[]> {
    const reach = query.radiusMetres / METRES_PER_DEGREE;
    if (Math.abs(query.lat) + reach <= GEO_MAX_LATITUDE) return [];
    const [from, to] = [query.lat - reach, query.lat + reach];
    return redis.zrangebyscore(polar(region, query.status), from, to, 'LIMIT', 0, MAX_POLAR);
  }

  /** The drivers of `ids` that are fresh and within the radius, with their live position. */
  async function freshOf(query: SearchQuery, ids: string[]): Promise<FoundDriver[]> {
    if (ids.length === 0) return [];
    const values = await redis.hmget(live(region), ...ids);
    const found: FoundDriver[] = [];
    for (const [index, id] of ids.entries()) {
      const driver = foundDriver(id as DriverId, values[index] ?? null, query);
      if (driver && driver.distanceMetres <= query.radiusMetres) found.push(driver);
    }
    return found;
  }

  /** Undefined when the driver is stale, or has changed status since GEOSEARCH. */
  function foundDriver(
    driverId: DriverId,
    value: string | null,
    query: SearchQuery,
  ): FoundDriver | undefined {
    const decoded = decodeLive(value);
    if (decoded?.status !== query.status) return undefined;
    const { lat, lng, heading, speed, t, receivedAt } = decoded.position;
    const age = Math.max(0, ageMs(clock, t));
    // Limits the effect of a phone clock that runs ahead: a fix is never fresher than its arrival.
    if (Math.max(age, clock.wallMs() - receivedAt) > freshWallMs) return undefined;
    const distance = distanceMetres(query.lat, query.lng, lat, lng);
    return { driverId, lat, lng, heading, speed, at: t, distanceMetres: distance, ageMs: age };
  }

  async function isWarming(): Promise<boolean> {
    const since = await redis.get(warmedAt(region));
    return since === null || clock.wallMs() - Number(since) < freshWallMs;
  }

  /** Fresh drivers of the GEO index: at least the `limit` nearest, or all within the radius. */
  async function geoDrivers(query: SearchQuery): Promise<{ drivers: FoundDriver[]; rounds: number }> {
    const checked = new Set<string>();
    const drivers: FoundDriver[] = [];
    let target = query.limit + spareFor(query.limit);
    let radius = predictor.first(query.lat, query.lng, query.status, target);
    let rounds = 0;
    for (;;) {
      const candidates = await nearestIds(query, target, radius);
      rounds += candidates.rounds;
      const added = candidates.ids.filter((id) => !checked.has(id));
      for (const id of added) checked.add(id);
      drivers.push(...(await freshOf(query, added)));
      const { length } = candidates.ids;
      if (drivers.length >= query.limit || candidates.exhausted || length >= MAX_CANDIDATES) {
        const reached =
          length < target
            ? candidates.radiusMetres
            : (drivers.at(-1)?.distanceMetres ?? candidates.radiusMetres);
        predictor.learn(query.lat, query.lng, query.status, drivers.length, reached);
        return { drivers, rounds };
      }
      // Too many of the nearest are stale: read twice as many.
      target = Math.min(MAX_CANDIDATES, target * 2);
      radius = predictor.wider(drivers.length, target, candidates.radiusMetres);
    }
  }

  async function nearest(query: SearchQuery): Promise<SearchResult> {
    const [warming, inGeo, nearPole] = await Promise.all([
      isWarming(),
      geoDrivers(query),
      polarIds(query).then((ids) => freshOf(query, ids)),
    ]);
    const drivers = [...inGeo.drivers, ...nearPole];
    drivers.sort((one, other) => one.distanceMetres - other.distanceMetres);
    return { drivers: drivers.slice(0, query.limit), warming, rounds: inGeo.rounds };
  }

  return { nearest };
}
