import { CodedError, type Preferences, type RegionId, type UserId } from '@rideline/contract';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import { isDuplicateKey } from '../store/duplicate-key.ts';
import { preferencesCollection } from './preferences-collection.ts';

const UNSET: Preferences = { version: 0, locale: 'en', units: 'metric', tier: 'standard' };
type PreferenceModels = Database;

export async function readPreferences(
  db: PreferenceModels,
  region: RegionId,
  userId: UserId,
): Promise<Preferences> {
  const found = await db.collection(preferencesCollection).findOne({
    _id: userId,
    region,
  });
  if (found === null) return UNSET;
  const { version, locale, units, tier } = found;
  return { version, locale, units, tier };
}

/**
 * Sets them, if they are still those of `wanted.version`.
 * @throws CodedError CONFLICT with the current version
 */
export async function putPreferences(
  db: PreferenceModels,
  region: RegionId,
  userId: UserId,
  wanted: Preferences,
  now: Date,
): Promise<Preferences> {
  const { version, ...fields } = wanted;
  const next = { v: SCHEMA_VERSION, region, version: version + 1, ...fields, updatedAt: now };
  const majority = { writeConcern: { w: 'majority' } } as const;
  const collection = db.collection(preferencesCollection);
  try {
    const written =
      version === 0
        ? (await collection.insertOne({ _id: userId, ...next }, majority)).acknowledged
        : (await collection.updateOne({ _id: userId, region, version }, { $set: next }, majority))
            .matchedCount === 1;
    if (written) return { ...wanted, version: next.version };
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  const current = await readPreferences(db, region, userId);
  throw new CodedError('CONFLICT', undefined, { version: current.version });
}
