import { CodedError } from '@rideline/contract';
import type { Cache, CacheSource } from '@rideline/platform/cache/cache';
import type { Versioned } from '@rideline/platform/cache/cache-store';
import type { CacheName } from '@rideline/platform/cache/cache-table';

/** Header value for the source of an answer; `degraded` carries its code here, because the answer itself is a success. */
export const CACHE_HEADER = 'X-Rideline-Cache';

interface CachedRequest {
  setHeader(name: string, value: string): void;
  /** A stale value is refused with UNAVAILABLE: money is not computed from one. */
  readonly refusesStale?: true;
}

function headerOf(source: CacheSource): string {
  if (source === 'degraded') return 'degraded; code=SCALE_005';
  return source === 'process' ? 'hit' : source;
}

/** Marks an answer that MongoDB did not confirm, with its age in whole seconds (RFC 9111 section 5.1). */
export function markStale(request: Pick<CachedRequest, 'setHeader'>, ageMs: number): void {
  request.setHeader(CACHE_HEADER, 'stale');
  request.setHeader('Age', String(Math.ceil(ageMs / 1000)));
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
  if (found.source === 'stale') markStale(request, found.ageMs);
  else request.setHeader(CACHE_HEADER, headerOf(found.source));
  return found.value;
}
