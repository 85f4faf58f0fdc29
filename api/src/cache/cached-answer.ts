import { CodedError } from '@rideline/contract';
import type { Cache, CacheSource } from '@rideline/platform/cache/cache';
import type { Versioned } from '@rideline/platform/cache/cache-store';
import { CACHES, type CacheName } from '@rideline/platform/cache/cache-table';

/** RFC 9211. The one cache that clients can see: which of its layers answered is our business. */
const CACHE_STATUS = 'Cache-Status';
const CACHE = 'Rideline';
/** The header before RFC 9211 was sent too (docs/deprecation.md); `degraded` carries its code here, because the answer itself is a success. */
const CACHE_HEADER = 'X-Rideline-Cache';

interface CachedRequest {
  setHeader(name: string, value: string): void;
  /** A stale value is refused with UNAVAILABLE: money is not computed from one. */
  readonly refusesStale?: true;
}

type FreshSource = Exclude<CacheSource, 'stale'>;

/** Values of the two headers, by the source of the answer. */
const HEADERS_OF: Readonly<Record<FreshSource, readonly [status: string, word: string]>> = {
  process: [`${CACHE}; hit`, 'hit'],
  hit: [`${CACHE}; hit`, 'hit'],
  miss: [`${CACHE}; fwd=miss`, 'miss'],
  degraded: [`${CACHE}; fwd=bypass; detail=SCALE_005`, 'degraded; code=SCALE_005'],
};

function markSource({ setHeader }: Pick<CachedRequest, 'setHeader'>, source: FreshSource): void {
  const [status, word] = HEADERS_OF[source];
  setHeader(CACHE_STATUS, status);
  setHeader(CACHE_HEADER, word);
}

/**
 * Marks an answer that MongoDB did not confirm, with its age in whole seconds (RFC 9111 section 5.1).
 * @param freshMs how long such an answer is fresh: it expired when it was older (RFC 9211 section 2.5: `ttl` is then negative)
 */
export function markStale({ setHeader }: Pick<CachedRequest, 'setHeader'>, ageMs: number, freshMs = 0): void {
  const ttl = Math.floor((freshMs - ageMs) / 1000);
  setHeader(CACHE_STATUS, `${CACHE}; hit; ttl=${ttl}; detail=stale`);
  setHeader(CACHE_HEADER, 'stale');
  setHeader('Age', String(Math.ceil(ageMs / 1000)));
}

/**
 * The cached value, or the one from `load`; a header names the source.
 * @throws CodedError NOT_FOUND when `load` finds none; UNAVAILABLE for a stale value that is refused; what `load` throws
 */
export async function answerCached<T>(
  cache: Cache,
  name: CacheName,
  id: string,
  request: CachedRequest,
  load: () => Promise<Versioned<T> | null>,
): Promise<T> {
  const found = await cache.read(name, id, load);
  if (found === null) throw new CodedError('NOT_FOUND');
  if (found.source === 'stale' && request.refusesStale) throw new CodedError('UNAVAILABLE');
  if (found.source === 'stale') markStale(request, found.ageMs, CACHES[name].ttlMs);
  else markSource(request, found.source);
  return found.value;
}
