import { CodedError } from '@rideline/contract';
import type { Cache, CacheSource } from '@rideline/platform/cache/cache';
import type { Versioned } from '@rideline/platform/cache/cache-store';
import type { CacheName } from '@rideline/platform/cache/cache-table';

/** Header value for the source of an answer; `degraded` carries its code here, because the answer itself is a success. */
export const CACHE_HEADER = 'X-Rideline-Cache';

function headerOf(source: CacheSource): string {
  if (source === 'degraded') return 'degraded; code=SCALE_005';
  return source === 'process' ? 'hit' : source;
}

/**
 * The cached value, or the one from `load`; a header names the source.
 * @throws CodedError NOT_FOUND when `load` finds none; what `load` throws
 */
export async function answerCached<T>(
  cache: Cache,
  name: CacheName,
  id: string,
  request: { setHeader(name: string, value: string): void },
  load: () => Promise<Versioned<T> | null>,
): Promise<T> {
  const found = await cache.read(name, id, load);
  if (found === null) throw new CodedError('NOT_FOUND');
  request.setHeader(CACHE_HEADER, headerOf(found.source));
  return found.value;
}
