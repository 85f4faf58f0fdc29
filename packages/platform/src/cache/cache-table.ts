/** How one cache keeps its entries. */
export interface CacheSettings {
  /** Second part of its keys, after the region. */
  readonly prefix: string;
  /** An entry is fresh for this long, ms. */
  readonly ttlMs: number;
  /** After that it is kept for this long, ms, and returned marked stale when MongoDB does not answer. 0: not kept. */
  readonly staleMs: number;
  /** Each process also holds the entry for this long, ms, or until a change is received. 0: not held. */
  readonly inProcessMs: number;
  readonly help: string;
}

const MINUTE_MS = 60_000;
const FIVE_MINUTES_MS = 5 * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Every cache on the cache Redis, which may evict or lose any entry. `docs/reference/caches.md` is generated from this table. */
export const CACHES = {
  profile: {
    prefix: 'user:profile',
    ttlMs: FIVE_MINUTES_MS,
    staleMs: HOUR_MS,
    inProcessMs: 0,
    help: 'an account as its owner reads it',
  },
  preferences: {
    prefix: 'user:preferences',
    ttlMs: FIVE_MINUTES_MS,
    staleMs: HOUR_MS,
    inProcessMs: 0,
    help: 'preferences of a user',
  },
  search: {
    prefix: 'search',
    ttlMs: 5000,
    staleMs: 0,
    inProcessMs: 0,
    help: 'drivers near a place, for display only; RIDELINE_SEARCH_CACHE_MS. Matching never reads it',
  },
  nearby: {
    prefix: 'nearby',
    ttlMs: 5000,
    staleMs: 0,
    inProcessMs: 0,
    help: 'cars and recent waits around a tile of the map, for GET /v1/home; RIDELINE_SEARCH_CACHE_MS',
  },
  catalogue: {
    prefix: 'catalogue',
    ttlMs: FIVE_MINUTES_MS,
    staleMs: HOUR_MS,
    inProcessMs: 10_000,
    help: 'tiers with their tariffs, and which are open',
  },
  currency: {
    prefix: 'currency',
    ttlMs: FIVE_MINUTES_MS,
    staleMs: HOUR_MS,
    inProcessMs: 10_000,
    help: 'currency of the region',
  },
  promotions: {
    prefix: 'promotions',
    ttlMs: FIVE_MINUTES_MS,
    staleMs: HOUR_MS,
    inProcessMs: 10_000,
    help: 'promotions that have not ended',
  },
  fares: {
    prefix: 'fares',
    ttlMs: FIVE_MINUTES_MS,
    staleMs: 0,
    inProcessMs: 0,
    help: 'fare estimates for a route and a tier, before promotions',
  },
} as const satisfies Record<string, CacheSettings>;

export type CacheName = keyof typeof CACHES;
export const CACHE_NAMES = Object.keys(CACHES) as readonly CacheName[];
