import { CodedError, type RegionId } from '@rideline/contract';
import { isDuplicateKey } from '../store/duplicate-key.ts';
import type { Models } from '../store/models.ts';
import { SCHEMA_VERSION } from '../store/schema-parts.ts';

/** What admins set for a region, one small document a kind, with a version that rises by one. */
export type ConfigurationKind = 'catalogue' | 'promotions';

export interface StoredConfiguration {
  /** `<region>:<kind>` */
  _id: string;
  v: 1;
  region: RegionId;
  version: number;
  /** Its shape is the kind's. */
  data: unknown;
  updatedAt: Date;
}

export interface Configuration<T> {
  /** 0: it was never set. */
  readonly version: number;
  readonly data: T;
}

const idOf = (region: RegionId, kind: ConfigurationKind) => `${region}:${kind}`;

export async function readConfiguration<T>(
  models: Pick<Models, 'configurations'>,
  region: RegionId,
  kind: ConfigurationKind,
  unset: T,
): Promise<Configuration<T>> {
  const found = (await models.configurations.collection.findOne({
    _id: idOf(region, kind) as never,
  })) as unknown as StoredConfiguration | null;
  return found === null ? { version: 0, data: unset } : { version: found.version, data: found.data as T };
}

/**
 * Sets it, if it is still the one of `version`.
 * @returns the new version
 * @throws CodedError CONFLICT with the current version
 */
export async function writeConfiguration(
  models: Pick<Models, 'configurations'>,
  region: RegionId,
  kind: ConfigurationKind,
  options: { version: number; data: unknown; now: Date },
): Promise<number> {
  const { version, data, now } = options;
  const { collection } = models.configurations;
  const _id = idOf(region, kind);
  const next = { v: SCHEMA_VERSION, region, version: version + 1, data, updatedAt: now };
  const majority = { writeConcern: { w: 'majority' } } as const;
  try {
    const written =
      version === 0
        ? (await collection.insertOne({ _id, ...next } as never, majority)).acknowledged
        : (await collection.updateOne({ _id: _id as never, version }, { $set: next }, majority))
            .matchedCount === 1;
    if (written) return next.version;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  const current = await readConfiguration(models, region, kind, null);
  throw new CodedError('CONFLICT', undefined, { version: current.version });
}
