import type { Preferences, RegionId, UserId } from '@rideline/contract';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import { putVersioned } from '../store/versioned-document.ts';
import { preferencesCollection } from './preferences-collection.ts';

const UNSET: Preferences = { version: 0, locale: 'en', units: 'metric', tier: 'standard' };

export async function readPreferences(db: Database, region: RegionId, userId: UserId): Promise<Preferences> {
  const found = await db.model(preferencesCollection).findOne({ _id: userId, region }).lean();
  if (found === null) return UNSET;
  const { version, locale, units, tier } = found;
  return { version, locale, units, tier };
}

/**
 * Writes the preferences if their version is still `preferences.version`.
 * @throws CodedError CONFLICT with the current version
 */
export async function putPreferences(
  db: Database,
  region: RegionId,
  userId: UserId,
  preferences: Preferences,
  now: Date,
): Promise<Preferences> {
  const { version, ...fields } = preferences;
  const next = { v: SCHEMA_VERSION, region, version: version + 1, ...fields, updatedAt: now };
  await putVersioned(db, preferencesCollection, { _id: userId, ...next }, ['locale', 'units', 'tier']);
  return { ...preferences, version: next.version };
}
