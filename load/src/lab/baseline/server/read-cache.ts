import type { TripId } from '@rideline/contract';
import type { Redis } from 'ioredis';

/** Counts reads: `hit`, or `miss` (read from the source). */
export type OnRead = (cache: 'trip' | 'search', outcome: 'hit' | 'miss') => void;

/** A cached answer is at most this old, ms: as the product's search cache. */
const TTL_MS = 5000;

/** What dispatch needs of the cache: a changed trip is forgotten. */
export interface TripCache {
  forget(tripId: TripId): Promise<void>;
}

export interface ReadCache extends TripCache {
  trip<T>(tripId: TripId, read: () => Promise<T>): Promise<T>;
  search<T>(key: string, read: () => Promise<T>): Promise<T>;
}

/** Without a cache every read goes to the source. */
export const NO_CACHE: ReadCache = {
  trip: (_tripId, read) => read(),
  search: (_key, read) => read(),
  forget: async () => undefined,
};

/** Cache-aside on Redis, JSON under a key with a time to live. A trip's entry is deleted when the trip changes. */
export function createReadCache(redis: Redis, onRead: OnRead): ReadCache {
  const tripKey = (tripId: TripId) => `cache:trip:${tripId}`;
  async function through<T>(cache: 'trip' | 'search', key: string, read: () => Promise<T>): Promise<T> {
    const cached = await redis.get(key);
    onRead(cache, cached === null ? 'miss' : 'hit');
    if (cached !== null) return JSON.parse(cached) as T;
    const value = await read();
    await redis.set(key, JSON.stringify(value), 'PX', TTL_MS);
    return value;
  }
  return {
    trip: (tripId, read) => through('trip', tripKey(tripId), read),
    search: (key, read) => through('search', `cache:search:${key}`, read),
    forget: async (tripId) => {
      await redis.del(tripKey(tripId));
    },
  };
}
