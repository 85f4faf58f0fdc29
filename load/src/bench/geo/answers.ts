import type { LiveSearch } from '@rideline/fleet/live/live-search';
import { geo } from '@rideline/fleet/redis/redis-keys';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { type Fleet, somewhere } from './fleet.ts';

/** Redis' GEO keeps 52 bits: a stored position is up to 0.4 m off the true one, which ours returns. */
const GRAIN_METRES = 1;

export interface AnswersCheck {
  readonly drivers: number;
  readonly compared: number;
  /** Searches whose distances differ from those of one GEOSEARCH. */
  readonly wrong: number;
}

/** Compares the distances of our nearest drivers with those of one plain GEOSEARCH: a fast search that misses a driver is worthless. */
export async function checkAnswers(
  redis: RedisClient,
  fleet: Fleet,
  search: LiveSearch,
  { compared, radiusMetres, limit }: { compared: number; radiusMetres: number; limit: number },
): Promise<AnswersCheck> {
  let wrong = 0;
  for (let n = 0; n < compared; n++) {
    const { lat, lng } = somewhere();
    const { drivers } = await search.nearest({ lat, lng, radiusMetres, limit, status: 'available' });
    const key = geo(fleet.region, 'available');
    const plain = (await redis.geosearch(
      key,
      'FROMLONLAT',
      lng,
      lat,
      'BYRADIUS',
      radiusMetres,
      'm',
      'ASC',
      'COUNT',
      limit,
      'WITHDIST',
    )) as [string, string][];
    const same =
      plain.length === drivers.length &&
      plain.every(
        ([, metres], rank) =>
          Math.abs(Number(metres) - (drivers[rank]?.distanceMetres ?? Number.NaN)) <= GRAIN_METRES,
      );
    if (!same) wrong++;
  }
  return { drivers: fleet.drivers, compared, wrong };
}
