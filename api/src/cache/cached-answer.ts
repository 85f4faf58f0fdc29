import { CodedError } from '@rideline/contract';
import type { Cache, CacheSource } from '@rideline/platform/cache/cache';
import type { Versioned } from '@rideline/platform/cache/cache-store';
import type { CacheName } from '@rideline/platform/cache/cache-table';

/** Says where an answer came from; `degraded` carries its code, since the answer itself is a good one. */
export const CACHE_HEADER = 'X-Rideline-Cache';

function headerOf(source: CacheSource): string {
  if (source === 'degraded') return 'degraded; code=SCALE_005';
  return source === 'process' ? 'hit' : source;
}

/**
 * The cached value, or the record's, said in a header.
 * @throws CodedError NOT_FOUND when the record has none; what `load` throws
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
