import {
  CodedError,
  isZone,
  type RegionId,
  type RegionSettings,
  toIsoTime,
  toIsoTimeOrNull,
} from '@rideline/contract';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import { putVersioned } from '../store/versioned-document.ts';
import { DEFAULT_CURRENCY } from './currency.ts';
import { regionCollection, type StoredRegion, type StoredRetentionChange } from './region-collection.ts';

export interface RegionDefaults {
  readonly retentionDays: number;
}

/** Changed settings take effect in all processes after this, ms. */
export const REGION_REFRESH_MS = 30_000;

/** A change of the retention is applied to stored documents after this, ms: each process has read it twice by then. */
const RETENTION_START_MS = 2 * REGION_REFRESH_MS;

export async function readRegion(db: Database, region: RegionId): Promise<StoredRegion | null> {
  return await db.model(regionCollection).findOne({ _id: region }).lean();
}

/** The time zone of calendar days until an admin sets one. */
const DEFAULT_ZONE = 'UTC';

/** The time zone in force, IANA. */
export async function readZone(db: Database, region: RegionId): Promise<string> {
  return (await readRegion(db, region))?.zone ?? DEFAULT_ZONE;
}

/** The currency in force, ISO 4217. */
export async function readCurrency(db: Database, region: RegionId): Promise<string> {
  return (await readRegion(db, region))?.currency ?? DEFAULT_CURRENCY;
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
    zone: stored?.zone ?? DEFAULT_ZONE,
    locale: stored?.locale ?? 'en',
    updatedAt: toIsoTimeOrNull(stored?.updatedAt),
    retentionChange: stored?.retentionChange ? viewOf(stored.retentionChange) : null,
  };
}

function viewOf(change: StoredRetentionChange): NonNullable<RegionSettings['retentionChange']> {
  const { version, retentionDays, startsAt, documents, checked, changed, skipped, finishedAt } = change;
  const state = finishedAt !== null ? 'done' : documents === null ? 'waiting' : 'running';
  return {
    version,
    retentionDays,
    state,
    startsAt: toIsoTime(startsAt),
    documents,
    checked,
    changed,
    skipped,
    finishedAt: toIsoTimeOrNull(finishedAt),
  };
}

function retentionChangeOf(version: number, retentionDays: number, now: Date): StoredRetentionChange {
  return {
    version,
    retentionDays,
    startsAt: new Date(now.getTime() + RETENTION_START_MS),
    documents: null,
    collection: null,
    after: null,
    checked: 0,
    changed: 0,
    skipped: 0,
    finishedAt: null,
  };
}

/**
 * The region's time zone, for calendar days. UTC until an admin sets one.
 * @throws CodedError UNPRESENTABLE when this process does not know the zone that is stored
 */
export function zoneOf({ region, zone }: Pick<RegionSettings, 'region' | 'zone'>): string {
  if (isZone(zone)) return zone;
  throw new CodedError('UNPRESENTABLE', `The stored region ${region} has the unknown time zone ${zone}.`);
}

/**
 * Writes a region's settings if their version is still `version`; a changed retention starts the job that applies it to stored documents
 * (privacy/retention.ts). Repeating the change that is in force succeeds.
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
  const least = Math.min(before?.leastRetentionDays ?? defaults.retentionDays, settings.retentionDays);
  const next: StoredRegion = {
    _id: region,
    v: SCHEMA_VERSION,
    version: version + 1,
    ...settings,
    leastRetentionDays: least,
    updatedAt: now,
    ...(settings.retentionDays === (before?.retentionDays ?? defaults.retentionDays)
      ? {}
      : { retentionChange: retentionChangeOf(version + 1, settings.retentionDays, now) }),
  };
  await putVersioned(db, regionCollection, next, ['retentionDays', 'currency', 'zone', 'locale']);
  return (await readRegion(db, region)) ?? next;
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
