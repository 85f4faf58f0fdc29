import { type DriverId, greatCircleMetres, type TripId } from '@rideline/contract';
import type { Redis } from 'ioredis';
import {
  type DriverPlaces,
  type FoundDriver,
  FRESH_MS,
  type PlaceQuery,
  type ShownPosition,
} from './driver-places.ts';
import type { DriverDuty, DriverPosition } from './drivers.ts';

/** One sorted set of places for each status that is searched for, and a hash for each driver. */
const placesOf = (status: 'available' | 'busy') => `places:${status}`;
const hashOf = (driverId: DriverId) => `driver:${driverId}`;
/** Drivers among the nearest that may be stale or just taken. */
const SPARE = 10;

type DriverHash = Partial<
  Record<'status' | 'claim' | 'trip' | 'shown' | 'lat' | 'lng' | 'speed' | 'heading' | 'at', string>
>;

/** The live index of the variant `+index`: positions are in Redis and no longer in the drivers' documents. */
export class RedisPlaces implements DriverPlaces {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async move(
    driverId: DriverId,
    { lat, lng, at, speed, heading }: DriverPosition,
  ): Promise<ShownPosition | null> {
    const hash = (await this.#redis.hgetall(hashOf(driverId))) as DriverHash;
    if (Number(hash.at ?? 0) >= at) return null;
    const changes = this.#redis
      .multi()
      .hset(hashOf(driverId), { lat, lng, at, speed: speed ?? '', heading: heading ?? '' });
    const state = stateOf(hash);
    if (state !== null) changes.geoadd(placesOf(state), lng, lat, driverId);
    if (hash.trip) changes.hincrby(hashOf(driverId), 'shown', 1);
    const replies = (await changes.exec()) ?? [];
    const failed = replies.find(([error]) => error !== null)?.[0];
    if (failed) throw failed;
    return hash.trip ? { tripId: hash.trip as TripId, pos: Number(replies.at(-1)?.[1]) } : null;
  }

  async dutyChanged(driverId: DriverId, { status, claim, tripId }: DriverDuty): Promise<void> {
    const key = hashOf(driverId);
    const before = (await this.#redis.hgetall(key)) as DriverHash;
    const duty = { status, claim: claim ?? '', trip: tripId ?? '' };
    const changes = this.#redis.multi().hset(key, duty);
    if (tripId !== null && before.trip !== tripId) changes.hset(key, 'shown', 0);
    const state = stateOf(duty);
    for (const other of ['available', 'busy'] as const)
      if (other !== state) changes.zrem(placesOf(other), driverId);
    const position = positionIn(before);
    if (state !== null && position !== null)
      changes.geoadd(placesOf(state), position.lng, position.lat, driverId);
    const failed = (await changes.exec())?.find(([error]) => error !== null)?.[0];
    if (failed) throw failed;
  }

  async newestOf(driverId: DriverId): Promise<{ position: DriverPosition; shown: number } | null> {
    const hash = (await this.#redis.hgetall(hashOf(driverId))) as DriverHash;
    const position = positionIn(hash);
    return position && { position, shown: Number(hash.shown ?? 0) };
  }

  async nearest(query: PlaceQuery): Promise<FoundDriver[]> {
    const { lat, lng, radiusMetres, limit, status } = query;
    const ids = (await this.#redis.geosearch(
      placesOf(status),
      'FROMLONLAT',
      lng,
      lat,
      'BYRADIUS',
      radiusMetres,
      'm',
      'ASC',
      'COUNT',
      limit + SPARE,
    )) as DriverId[];
    const reads = this.#redis.pipeline();
    for (const id of ids) reads.hgetall(hashOf(id));
    const hashes = (await reads.exec()) ?? [];
    const oldest = Date.now() - FRESH_MS;
    return ids
      .flatMap((driverId, n) => {
        const hash = (hashes[n]?.[1] ?? {}) as DriverHash;
        const position = positionIn(hash);
        if (position === null || position.at < oldest || stateOf(hash) !== status) return [];
        return [{ driverId, ...position, distanceMetres: greatCircleMetres(query, position) }];
      })
      .sort((one, other) => one.distanceMetres - other.distanceMetres)
      .slice(0, limit);
  }
}

/** Which set the driver belongs to. */
function stateOf({ status, claim }: DriverHash): 'available' | 'busy' | null {
  if (status !== 'available' && status !== 'busy') return null;
  return claim ? 'busy' : status;
}

function positionIn({ lat, lng, at, speed, heading }: DriverHash): DriverPosition | null {
  if (lat === undefined || lng === undefined || at === undefined) return null;
  const measured = (text: string | undefined) => (text === undefined || text === '' ? null : Number(text));
  return {
    lat: Number(lat),
    lng: Number(lng),
    at: Number(at),
    speed: measured(speed),
    heading: measured(heading),
  };
}
