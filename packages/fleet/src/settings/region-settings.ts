import { CodedError, type RegionId, type RegionSettings, toIsoTimeOrNull } from '@rideline/contract';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import { putVersioned } from '../store/versioned-document.ts';
import { DEFAULT_CURRENCY } from './currency.ts';
import { regionCollection, type StoredRegion } from './region-collection.ts';

export interface RegionDefaults {
  readonly retentionDays: number;
}

/** Changed settings take effect in all processes after this, ms. */
export const REGION_REFRESH_MS = 30_000;

export async function readRegion(db: Database, region: RegionId): Promise<StoredRegion | null> {
  return await db.model(regionCollection).findOne({ _id: region }).lean();
}

/** The settings in force. */
export function settingsOf(
  region: RegionId,
  stored: StoredRegion | null,
  defaults: RegionDefaults,
): RegionSettings {
  return {
    region,
    version: stored?.version ?? 0,
    retentionDays: stored?.retentionDays ?? defaults.retentionDays,
    currency: stored?.currency ?? DEFAULT_CURRENCY,
    zone: stored?.zone ?? 'UTC',
    locale: stored?.locale ?? 'en',
    updatedAt: toIsoTimeOrNull(stored?.updatedAt),
  };
}

/**
 * Writes a region's settings if their version is still `version`.
 * @throws CodedError CONFLICT with the current version
 */
export async function putRegion(
  db: Database,
  region: RegionId,
  settings: Pick<StoredRegion, 'retentionDays' | 'currency' | 'zone' | 'locale'>,
  options: { version: number; defaults: RegionDefaults; now: Date },
): Promise<StoredRegion> {
  const { version, defaults, now } = options;
  const before = await readRegion(db, region);
  if ((before?.version ?? 0) !== version)
    throw new CodedError('CONFLICT', undefined, { version: before?.version ?? 0 });
  const least = Math.min(before?.leastRetentionDays ?? defaults.retentionDays, settings.retentionDays);
  const next: StoredRegion = {
    _id: region,
    v: SCHEMA_VERSION,
    version: version + 1,
    ...settings,
    leastRetentionDays: least,
    updatedAt: now,
  };
  await putVersioned(db, regionCollection, next);
  return next;
}

/**
 * The region's settings for a process that needs them on its hot path: read at start and every 30 s. While MongoDB is unreachable the last
 * settings stay in force.
 */
export async function watchRegion(parts: {
  readonly db: Database;
  readonly region: RegionId;
  readonly defaults: RegionDefaults;
  readonly onFailure: (error: Error) => void;
}): Promise<{ retentionDays(): number; stop(): void }> {
  const { db, region, defaults, onFailure } = parts;
  let current = settingsOf(region, null, defaults);
  const read = async (): Promise<void> => {
    try {
      current = settingsOf(region, await readRegion(db, region), defaults);
    } catch (error) {
      onFailure(error as Error);
    }
  };
  await read();
  const timer = setInterval(() => void read(), REGION_REFRESH_MS);
  return { retentionDays: () => current.retentionDays, stop: () => clearInterval(timer) };
}
