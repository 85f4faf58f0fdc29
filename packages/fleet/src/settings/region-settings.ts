import { CodedError, type RegionId, type RegionSettings } from '@rideline/contract';
import { DEFAULT_TARIFF } from '../pricing/fare.ts';
import { isDuplicateKey } from '../store/duplicate-key.ts';
import type { Models } from '../store/models.ts';
import { SCHEMA_VERSION } from '../store/schema-parts.ts';

/** What a region is run by. Absent until an admin sets it: then the environment and the defaults count. */
export interface StoredRegion {
  _id: RegionId;
  v: 1;
  version: number;
  retentionDays: number;
  /** The least that was ever in force: whatever was received longer ago than this may be gone. */
  leastRetentionDays: number;
  currency: string;
  zone: string;
  locale: string;
  updatedAt: Date;
}

export interface RegionDefaults {
  readonly retentionDays: number;
}

const DAY_MS = 86_400_000;
/** Changed settings are in force everywhere after this, ms. */
export const REGION_REFRESH_MS = 30_000;
/** Collections whose documents live for the region's retention. */
const RETAINED = ['tracks', 'considerations'] as const;

type RegionModels = Pick<Models, 'regions' | 'tracks' | 'considerations'>;

export async function readRegion(
  models: Pick<Models, 'regions'>,
  region: RegionId,
): Promise<StoredRegion | null> {
  return (await models.regions.collection.findOne({
    _id: region as never,
  })) as unknown as StoredRegion | null;
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
    currency: stored?.currency ?? DEFAULT_TARIFF.currency,
    zone: stored?.zone ?? 'UTC',
    locale: stored?.locale ?? 'en',
    updatedAt: stored?.updatedAt.toISOString() ?? null,
  };
}

/**
 * Sets a region's settings, if they are still those of `version`.
 * @throws CodedError CONFLICT with the current version
 */
export async function putRegion(
  models: Pick<Models, 'regions'>,
  region: RegionId,
  wanted: Pick<StoredRegion, 'retentionDays' | 'currency' | 'zone' | 'locale'>,
  options: { version: number; defaults: RegionDefaults; now: Date },
): Promise<StoredRegion> {
  const { version, defaults, now } = options;
  const { collection } = models.regions;
  const before = await readRegion(models, region);
  if ((before?.version ?? 0) !== version)
    throw new CodedError('CONFLICT', undefined, { version: before?.version ?? 0 });
  const least = Math.min(before?.leastRetentionDays ?? defaults.retentionDays, wanted.retentionDays);
  const next: StoredRegion = {
    _id: region,
    v: SCHEMA_VERSION,
    version: version + 1,
    ...wanted,
    leastRetentionDays: least,
    updatedAt: now,
  };
  const { _id, ...fields } = next;
  try {
    const written =
      before === null
        ? (await collection.insertOne(next as never, { writeConcern: { w: 'majority' } })).acknowledged
        : (
            await collection.updateOne(
              { _id: region as never, version },
              { $set: fields },
              { writeConcern: { w: 'majority' } },
            )
          ).matchedCount === 1;
    if (written) return next;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  const current = await readRegion(models, region);
  throw new CodedError('CONFLICT', undefined, { version: current?.version ?? 0 });
}

/**
 * After a retention was shortened: nothing that is stored outlives the new one, counted from now. A longer one holds for what comes.
 * @returns documents that will go sooner
 */
export async function applyRetention(
  models: RegionModels,
  region: RegionId,
  retentionDays: number,
  now: Date,
): Promise<number> {
  const latest = new Date(now.getTime() + retentionDays * DAY_MS);
  let changed = 0;
  for (const name of RETAINED) {
    const { modifiedCount } = await models[name].collection.updateMany(
      { expireAt: { $gt: latest }, region },
      { $set: { expireAt: latest } },
    );
    changed += modifiedCount;
  }
  return changed;
}

/**
 * The region's settings for a process that needs them on its hot path: read at the start and every 30 s. While the record is away the last
 * ones stay in force.
 */
export async function watchRegion(parts: {
  readonly models: Pick<Models, 'regions'>;
  readonly region: RegionId;
  readonly defaults: RegionDefaults;
  readonly onFailure: (error: Error) => void;
}): Promise<{ retentionDays(): number; stop(): void }> {
  const { models, region, defaults, onFailure } = parts;
  let current = settingsOf(region, null, defaults);
  const read = async (): Promise<void> => {
    try {
      current = settingsOf(region, await readRegion(models, region), defaults);
    } catch (error) {
      onFailure(error as Error);
    }
  };
  await read();
  const timer = setInterval(() => void read(), REGION_REFRESH_MS);
  return { retentionDays: () => current.retentionDays, stop: () => clearInterval(timer) };
}
