import type { Catalogue, PromotionList, RegionId } from '@rideline/contract';
import { readCatalogue } from '@rideline/fleet/pricing/catalogue';
import { readPromotions } from '@rideline/fleet/pricing/promotions';
import type { Database } from '@rideline/fleet/store/database';
import type { Cache } from '@rideline/platform/cache/cache';
import type { Clock } from '@rideline/platform/process/clock';
import { answerCached } from '../cache/cached-answer.ts';
import type { Dependency } from '../process/dependency.ts';

/** Dependencies of the routes of services, promotions, fares and preferences. */
export interface CatalogueParts {
  readonly mongo: Dependency;
  readonly db: Database;
  readonly cache: Cache;
  readonly region: RegionId;
  readonly clock: Clock;
}

type CachedRequest = Parameters<typeof answerCached>[3];

export const ALL_ROLES = ['rider', 'driver', 'operator', 'admin'] as const;
export const READ_PROBLEMS = ['UNAVAILABLE', 'TIMEOUT'] as const;
/** One entry per region: the cache key already has the region. */
export const ONLY = 'all';

export function catalogueOf(
  { mongo, db, cache, region }: CatalogueParts,
  request: CachedRequest,
): Promise<Catalogue> {
  return answerCached(cache, 'catalogue', ONLY, request, async () => {
    const value = await mongo.read(() => readCatalogue(db, region));
    return { version: value.version, value };
  });
}

export function promotionsOf(
  { mongo, db, cache, region }: CatalogueParts,
  request: CachedRequest,
): Promise<PromotionList> {
  return answerCached(cache, 'promotions', ONLY, request, async () => {
    const value = await mongo.read(() => readPromotions(db, region));
    return { version: value.version, value };
  });
}

/** Fills the caches that every client reads first. Best effort: an entry that fails now is loaded by the first request. */
export async function warmUp(parts: CatalogueParts, onFailure: (error: Error) => void): Promise<void> {
  const noRequest = { setHeader: () => undefined };
  const results = await Promise.allSettled([catalogueOf(parts, noRequest), promotionsOf(parts, noRequest)]);
  for (const result of results) if (result.status === 'rejected') onFailure(result.reason as Error);
}
