import { cacheListSchema } from '@rideline/contract';
import type { Cache } from '@rideline/platform/cache/cache';
import { CACHE_NAMES, CACHES } from '@rideline/platform/cache/cache-table';
import { type Route, route } from '../http/route.ts';

const NONE = { process: 0, hit: 0, miss: 0, degraded: 0, stale: 0 };

/** Hit statistics of each cache on the answering node. */
export function cacheRoutes(cache: Cache, process: string): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/admin/caches',
      operation: 'listCaches',
      summary: 'Reads through each cache of the answering node, and the share that did not need MongoDB.',
      access: ['operator', 'admin'],
      limit: 'standard',
      answer: cacheListSchema,
      handle: () => ({
        process,
        caches: CACHE_NAMES.map((name) => {
          const counts = cache.counts().get(name) ?? NONE;
          const reads = Object.values(counts).reduce((sum, count) => sum + count, 0);
          const hitRate = reads === 0 ? null : (counts.hit + counts.process) / reads;
          return { cache: name, reads, hitRate, ...counts, ttlMs: CACHES[name].ttlMs };
        }),
      }),
    }),
  ];
}
