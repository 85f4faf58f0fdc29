import { CodedError, type Promotion, type PromotionList, type RegionId, type Tier } from '@rideline/contract';
import { readConfiguration, writeConfiguration } from '../settings/configuration.ts';
import type { Database } from '../store/database.ts';

/** Most promotions of a region: they are stored in one document. */
const MOST_PROMOTIONS = 200;
/** Attempts when another admin writes at the same time. */
const TRIES = 5;

/** All promotions that were not ended, including past ones. */
export async function readPromotions(db: Database, region: RegionId): Promise<PromotionList> {
  const { version, data } = await readConfiguration<readonly Promotion[]>(db, region, 'promotions', {
    unset: [],
    isData: Array.isArray,
  });
  return { version, promotions: [...data] };
}

/** Reads, changes and writes; tries again after a concurrent write. `change` returns null when there is nothing to do. */
async function changed(
  db: Database,
  region: RegionId,
  now: Date,
  change: (promotions: readonly Promotion[]) => readonly Promotion[] | null,
): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const { version, promotions } = await readPromotions(db, region);
    const next = change(promotions.filter(({ until }) => Date.parse(until) > now.getTime()));
    if (next === null) return version;
    try {
      return await writeConfiguration(db, region, 'promotions', { version, data: next, now });
    } catch (error) {
      if (attempt === TRIES || !(error instanceof CodedError && error.code === 'CONFLICT')) throw error;
    }
  }
}

const same = (one: Promotion, other: Promotion) =>
  one.tier === other.tier &&
  one.percentOff === other.percentOff &&
  one.from === other.from &&
  one.until === other.until;

/**
 * Adds a promotion and removes past ones. Adding the same promotion again changes nothing.
 * @returns the version of the list
 * @throws CodedError CONFLICT when another promotion has the code, STORE_FULL
 */
export function addPromotion(
  db: Database,
  region: RegionId,
  promotion: Promotion,
  now: Date,
): Promise<number> {
  return changed(db, region, now, (promotions) => {
    const taken = promotions.find(({ code }) => code === promotion.code);
    if (taken !== undefined) {
      if (same(taken, promotion)) return null;
      throw new CodedError('CONFLICT', 'Another promotion has this code.');
    }
    if (promotions.length >= MOST_PROMOTIONS) throw new CodedError('STORE_FULL');
    return [...promotions, promotion];
  });
}

/** Ends a promotion; an unknown code changes nothing. @returns the version of the list */
export function endPromotion(db: Database, region: RegionId, code: string, now: Date): Promise<number> {
  return changed(db, region, now, (promotions) =>
    promotions.some((one) => one.code === code) ? promotions.filter((one) => one.code !== code) : null,
  );
}

/** The promotion with the largest discount for a ride of a tier now. */
export function bestPromotion(
  promotions: readonly Promotion[],
  tier: Tier,
  nowMs: number,
): Promotion | undefined {
  return promotions
    .filter((one) => one.tier === null || one.tier === tier)
    .filter((one) => Date.parse(one.from) <= nowMs && nowMs < Date.parse(one.until))
    .sort((one, other) => other.percentOff - one.percentOff || (one.code < other.code ? -1 : 1))[0];
}
