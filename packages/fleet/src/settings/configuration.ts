import { CodedError, type RegionId } from '@rideline/contract';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import { isDuplicateKey } from '../store/duplicate-key.ts';
import { configurationCollection } from './configuration-collection.ts';

/** What admins set for a region, one small document a kind, with a version that rises by one. */
export type ConfigurationKind = 'catalogue' | 'promotions';

export interface Configuration<T> {
  /** 0: it was never set. */
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
  const found = await db.collection(configurationCollection).findOne({
    _id: idOf(region, kind) as never,
  });
  return found === null ? { version: 0, data: unset } : { version: found.version, data: found.data as T };
}

/**
 * Sets it, if it is still the one of `version`.
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
  const collection = db.collection(configurationCollection);
  const _id = idOf(region, kind);
  const next = { v: SCHEMA_VERSION, region, version: version + 1, data, updatedAt: now };
  const majority = { writeConcern: { w: 'majority' } } as const;
  try {
    const written =
      version === 0
        ? (await collection.insertOne({ _id, ...next }, majority)).acknowledged
        : (await collection.updateOne({ _id: _id, version }, { $set: next }, majority)).matchedCount === 1;
    if (written) return next.version;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  const current = await readConfiguration(db, region, kind, null);
  throw new CodedError('CONFLICT', undefined, { version: current.version });
}
