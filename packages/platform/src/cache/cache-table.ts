/** How one cache keeps its entries. */
export interface CacheSettings {
  /** Part of its keys, after the region. */
  readonly prefix: string;
  /** An entry is an answer for this long, ms. */
  readonly ttlMs: number;
  /** Further on it is kept this long for when the record does not answer; then it is given and marked stale. 0: not at all. */
  readonly staleMs: number;
  /** Also held in each process for this long, until a change is heard, ms. 0: not at all. */
  readonly inProcessMs: number;
  readonly help: string;
}

const MINUTE_MS = 60_000;
const FIVE_MINUTES_MS = 5 * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Every cache on the cache Redis, which may evict and lose what it likes. `docs/reference/caches.md` repeats the table. */
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
    help: 'what a user prefers',
  },
  search: {
    prefix: 'search',
    ttlMs: 5000,
    staleMs: 0,
    inProcessMs: 0,
    help: 'drivers near a place, for display only; RIDELINE_SEARCH_CACHE_MS. Matching never reads it',
  },
  catalogue: {
    prefix: 'catalogue',
    ttlMs: FIVE_MINUTES_MS,
    staleMs: HOUR_MS,
    inProcessMs: 10_000,
    help: 'tiers with their tariffs, and which are open',
  },
  promotions: {
    prefix: 'promotions',
    ttlMs: FIVE_MINUTES_MS,
    staleMs: HOUR_MS,
    inProcessMs: 10_000,
    help: 'promotions that were not ended',
  },
  fares: {
    prefix: 'fares',
    ttlMs: FIVE_MINUTES_MS,
    staleMs: 0,
    inProcessMs: 0,
    help: 'estimates for a way and a tier, before promotions',
  },
} as const satisfies Record<string, CacheSettings>;

export type CacheName = keyof typeof CACHES;
export const CACHE_NAMES = Object.keys(CACHES) as readonly CacheName[];
