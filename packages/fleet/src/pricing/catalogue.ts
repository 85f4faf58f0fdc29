import { type Catalogue, CodedError, type RegionId, TIERS, type Tier } from '@rideline/contract';
import { readConfiguration, writeConfiguration } from '../settings/configuration.ts';
import type { Database } from '../store/database.ts';
import { tariffOf } from './fare.ts';

interface CatalogueData {
  readonly closed: readonly Tier[];
}

const SHAPE = {
  unset: { closed: [] } as CatalogueData,
  isData: (data: unknown) => Array.isArray((data as Partial<CatalogueData> | null)?.closed),
};

/** The tiers with their tariffs in the currency, and whether admins have closed them. */
export async function readCatalogue(db: Database, region: RegionId, currency: string): Promise<Catalogue> {
  const { version, data } = await readConfiguration(db, region, 'catalogue', SHAPE);
  const tiers = TIERS.map((tier) => ({
    tier,
    open: !data.closed.includes(tier),
    tariff: tariffOf(tier, currency),
  }));
  return { version, tiers };
}

/** The tiers that admins have closed. */
export async function closedTiers(db: Database, region: RegionId): Promise<readonly Tier[]> {
  return (await readConfiguration(db, region, 'catalogue', SHAPE)).data.closed;
}

/**
 * Opens or closes a tier, if the catalogue still has `version`.
 * @returns the new version
 * @throws CodedError CONFLICT
 */
export async function putCatalogueTier(
  db: Database,
  region: RegionId,
  target: { tier: Tier; open: boolean; version: number; now: Date },
): Promise<number> {
  const { version, data } = await readConfiguration(db, region, 'catalogue', SHAPE);
  if (version !== target.version) throw new CodedError('CONFLICT', undefined, { version });
  const others = data.closed.filter((tier) => tier !== target.tier);
  const closed = target.open ? others : [...others, target.tier];
  return writeConfiguration(db, region, 'catalogue', { version, data: { closed }, now: target.now });
}
