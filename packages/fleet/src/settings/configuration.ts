import type { RegionId } from '@rideline/contract';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import { putVersioned } from '../store/versioned-document.ts';
import { configurationCollection } from './configuration-collection.ts';

/** Configuration of a region by admins: one small document per kind, with a version that rises by one. */
export type ConfigurationKind = 'catalogue' | 'promotions';

export interface Configuration<T> {
  /** 0: never set. */
  readonly version: number;
  readonly data: T;
}

const idOf = (region: RegionId, kind: ConfigurationKind) => `${region}:${kind}`;

export async function readConfiguration<T>(
  db: Database,
  region: RegionId,
  kind: ConfigurationKind,
  unset: T,
): Promise<Configuration<T>> {
  const found = await db
    .model(configurationCollection)
    .findOne({ _id: idOf(region, kind) })
    .lean();
  return found === null ? { version: 0, data: unset } : { version: found.version, data: found.data as T };
}

/**
 * Writes the configuration if its version is still `version`.
 * @returns the new version
 * @throws CodedError CONFLICT with the current version
 */
export async function writeConfiguration(
  db: Database,
  region: RegionId,
  kind: ConfigurationKind,
  options: { version: number; data: unknown; now: Date },
): Promise<number> {
  const { version, data, now } = options;
  const next = { v: SCHEMA_VERSION, region, version: version + 1, data, updatedAt: now };
  await putVersioned(db, configurationCollection, { _id: idOf(region, kind), ...next }, ['data']);
  return next.version;
}
