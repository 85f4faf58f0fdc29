import type { Catalogue, PromotionList, RegionId } from '@rideline/contract';
import { readCatalogue } from '@rideline/fleet/pricing/catalogue';
import { tariffOf } from '@rideline/fleet/pricing/fare';
import { readPromotions } from '@rideline/fleet/pricing/promotions';
import { DEFAULT_CURRENCY } from '@rideline/fleet/settings/currency';
import { readRegion } from '@rideline/fleet/settings/region-settings';
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
export const READ_PROBLEMS = ['UNPRESENTABLE', 'UNAVAILABLE', 'TIMEOUT'] as const;
/** One entry per region: the cache key already has the region. */
export const ONLY = 'all';

const quiet: CachedRequest = { setHeader: () => undefined };

function currencyOf(
  { mongo, db, cache, region }: CatalogueParts,
  { refusesStale }: CachedRequest,
): Promise<string> {
  const request = refusesStale ? { ...quiet, refusesStale } : quiet;
  return answerCached(cache, 'currency', ONLY, request, async () => {
    const stored = await mongo.read(() => readRegion(db, region));
    return { version: stored?.version ?? 0, value: stored?.currency ?? DEFAULT_CURRENCY };
  });
}

/** The catalogue in the region's currency: the tariffs of a cached one may be in the currency before it. */
export async function catalogueOf(parts: CatalogueParts, request: CachedRequest): Promise<Catalogue> {
  const { mongo, db, cache, region } = parts;
  const currency = await currencyOf(parts, request);
  const cached = await answerCached(cache, 'catalogue', ONLY, request, async () => {
    const value = await mongo.read(() => readCatalogue(db, region, currency));
    return { version: value.version, value };
  });
  const tiers = cached.tiers.map((one) => ({ ...one, tariff: tariffOf(one.tier, currency) }));
  return { ...cached, tiers };
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
  const results = await Promise.allSettled([catalogueOf(parts, quiet), promotionsOf(parts, quiet)]);
  for (const result of results) if (result.status === 'rejected') onFailure(result.reason as Error);
}
