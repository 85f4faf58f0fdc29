import { LIMITS, type NearbyCars, type RegionId } from '@rideline/contract';
import { tileCentre, tileOf } from '@rideline/fleet/geo/tile';
import type { LiveSearch } from '@rideline/fleet/live/live-search';
import { readRecentWaits } from '@rideline/fleet/live/recent-waits';
import type { Cache } from '@rideline/platform/cache/cache';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { answerCached } from '../cache/cached-answer.ts';
import type { Dependency } from '../process/dependency.ts';

/** Around the centre of the rider's tile: the cars that can be there within about 10 minutes. */
const RADIUS_METRES = 3000;
/** Cars read for one tile. A tile with more has no wait to speak of. */
const MOST_CARS = 300;
/** Decimals of the centre of a tile: a metre. */
const CENTRE_DECIMALS = 5;
/** Decimals of a car's place, as in `GET /v1/drivers/search`: whatever is computed from them tells no more than that route does. */
const CAR_DECIMALS = 3;

/** What is cached of one tile (resolution 7), for every rider who asks from there. */
export interface TileCars {
  readonly nearby: NearbyCars;
  /** Where the cars are, to about 110 m: for the distance to the nearest one. Never part of an answer. */
  readonly places: readonly (readonly [lat: number, lng: number])[];
  /** Seconds of the recent assignments with a pick-up in the tile. */
  readonly waits: readonly number[];
}

export interface NearbyParts {
  readonly redis: Dependency;
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly search: LiveSearch;
  readonly cache: Cache;
  readonly searchCacheMs: number;
  readonly clock: Clock;
}

/**
 * Counts by tile. Tiles with fewer cars than LIMITS.nearbyCarsPerTile are left out (k-anonymity: Sweeney 2002), and their cars are counted
 * together: a single car that moves from tile to tile could be followed by asking again and again.
 */
export function countedByTile(
  places: readonly { readonly lat: number; readonly lng: number }[],
): Omit<NearbyCars, 'warming'> {
  const counts = new Map<string, number>();
  for (const place of places) {
    const tile = tileOf(place, 'block');
    counts.set(tile, (counts.get(tile) ?? 0) + 1);
  }
  const tiles = [...counts]
    .filter(([, cars]) => cars >= LIMITS.nearbyCarsPerTile)
    .map(([tile, cars]) => ({ tile, ...rounded(tileCentre(tile), CENTRE_DECIMALS), cars }))
    .sort((one, other) => other.cars - one.cars || (one.tile < other.tile ? -1 : 1));
  const listed = tiles.reduce((sum, { cars }) => sum + cars, 0);
  return { total: places.length, tiles, elsewhere: places.length - listed };
}

const rounded = ({ lat, lng }: { lat: number; lng: number }, decimals: number) => ({
  lat: Number(lat.toFixed(decimals)),
  lng: Number(lng.toFixed(decimals)),
});

/** The cars and recent waits around a place: one search of the live index per tile and lifetime of the cache, whatever the number of riders. */
export async function carsAround(
  parts: NearbyParts,
  place: { readonly lat: number; readonly lng: number },
  request: { setHeader(name: string, value: string): void },
): Promise<TileCars> {
  const { cache, clock, searchCacheMs } = parts;
  const tile = tileOf(place, 'neighbourhood');
  if (searchCacheMs === 0) return readTile(parts, tile);
  return answerCached(cache, 'nearby', tile, request, async () => ({
    version: Math.floor(clock.wallMs()),
    value: await readTile(parts, tile),
  }));
}

async function readTile(
  { redis, state, region, search, clock }: NearbyParts,
  tile: string,
): Promise<TileCars> {
  const query = { ...tileCentre(tile), radiusMetres: RADIUS_METRES, limit: MOST_CARS } as const;
  const [found, waits] = await Promise.all([
    redis.read(() => search.nearest({ ...query, status: 'available' })),
    redis.read(() => readRecentWaits(state, region, tile, clock.wallMs())),
  ]);
  const places = found.drivers.map((driver) => rounded(driver, CAR_DECIMALS));
  return {
    nearby: { ...countedByTile(places), warming: found.warming },
    places: places.map(({ lat, lng }) => [lat, lng] as const),
    waits,
  };
}
