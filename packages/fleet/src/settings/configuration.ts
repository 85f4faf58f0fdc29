import { CodedError, type RegionId } from '@rideline/contract';
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

/**
 * @param isData checks what is stored: its shape depends on the kind, and every request for a trip depends on it
 * @throws CodedError UNPRESENTABLE, which names the document
 */
export async function readConfiguration<T>(
  db: Database,
  region: RegionId,
  kind: ConfigurationKind,
  { unset, isData }: { readonly unset: T; readonly isData: (data: unknown) => boolean },
): Promise<Configuration<T>> {
  const _id = idOf(region, kind);
  const found = await db.model(configurationCollection).findOne({ _id }).lean();
  if (found === null) return { version: 0, data: unset };
  if (!isData(found.data))
    throw new CodedError('UNPRESENTABLE', `The stored configuration ${_id} cannot be presented.`);
  return { version: found.version, data: found.data as T };
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
