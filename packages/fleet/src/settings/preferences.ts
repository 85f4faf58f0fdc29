import { CodedError, type Preferences, type RegionId, type Tier, type UserId } from '@rideline/contract';
import { isDuplicateKey } from '../store/duplicate-key.ts';
import type { Models } from '../store/models.ts';
import { SCHEMA_VERSION } from '../store/schema-parts.ts';

export interface StoredPreferences {
  _id: UserId;
  v: 1;
  region: RegionId;
  version: number;
  locale: string;
  units: 'metric' | 'imperial';
  tier: Tier;
  updatedAt: Date;
}

const UNSET: Preferences = { version: 0, locale: 'en', units: 'metric', tier: 'standard' };
type PreferenceModels = Pick<Models, 'preferences'>;

export async function readPreferences(
  models: PreferenceModels,
  region: RegionId,
  userId: UserId,
): Promise<Preferences> {
  const found = (await models.preferences.collection.findOne({
    _id: userId as never,
    region,
  })) as unknown as StoredPreferences | null;
  if (found === null) return UNSET;
  const { version, locale, units, tier } = found;
  return { version, locale, units, tier };
}

/**
 * Sets them, if they are still those of `wanted.version`.
 * @throws CodedError CONFLICT with the current version
 */
export async function putPreferences(
  models: PreferenceModels,
  region: RegionId,
  userId: UserId,
  wanted: Preferences,
  now: Date,
): Promise<Preferences> {
  const { version, ...fields } = wanted;
  const next = { v: SCHEMA_VERSION, region, version: version + 1, ...fields, updatedAt: now };
  const majority = { writeConcern: { w: 'majority' } } as const;
  const { collection } = models.preferences;
  try {
    const written =
      version === 0
        ? (await collection.insertOne({ _id: userId, ...next } as never, majority)).acknowledged
        : (await collection.updateOne({ _id: userId as never, region, version }, { $set: next }, majority))
            .matchedCount === 1;
    if (written) return { ...wanted, version: next.version };
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  const current = await readPreferences(models, region, userId);
  throw new CodedError('CONFLICT', undefined, { version: current.version });
}
