import type { RegionId } from '@rideline/contract';
import { regionCollection, type StoredRetentionChange } from '../settings/region-collection.ts';
import { type RegionDefaults, readRegion, settingsOf } from '../settings/region-settings.ts';
import type { Database } from '../store/database.ts';
import { type ExpiringCollection, expiringCollections, PROJECTION, rewriteExpiry } from './expiry-times.ts';

const DAY_MS = 86_400_000;
/** Documents of one batch: some tens of milliseconds of MongoDB's time. */
const BATCH = 500;
/** Timeout of one command, ms; it includes the driver's retry. */
const COMMAND_TIMEOUT_MS = 10_000;
/** How far the clocks of processes may differ before a document counts as kept for too long, ms. */
const CLOCK_TOLERANCE_MS = 60_000;

export interface RetentionParts {
  readonly db: Database;
  readonly region: RegionId;
  readonly defaults: RegionDefaults;
  readonly wallMs: () => number;
}

/**
 * Continues the job that applies a changed retention to stored documents, by one batch. Its checkpoint is in the region's document; a
 * process that is killed, or a MongoDB that steps down, costs the repetition of one batch, which changes nothing the second time. Two
 * processes may run it at once: only one of them moves the checkpoint.
 * @returns 'more' while documents are left, 'waiting' before its start, 'idle' when nothing is to do
 */
export async function continueRetentionChange({
  db,
  region,
  wallMs,
}: RetentionParts): Promise<'more' | 'waiting' | 'idle'> {
  const change = (await readRegion(db, region))?.retentionChange;
  const nowMs = wallMs();
  if (change === undefined || change.finishedAt !== null) return 'idle';
  if (change.startsAt.getTime() > nowMs) return 'waiting';
  const collections = expiringCollections(db);
  const index = Math.max(
    0,
    collections.findIndex(({ name }) => name === change.collection),
  );
  const collection = collections[index] as ExpiringCollection;
  const read = await collection.documents
    // Without the region in the filter each batch is bounded, however many documents of other regions lie between.
    .find(change.after === null ? {} : { _id: { $gt: change.after } }, {
      projection: PROJECTION,
      sort: { _id: 1 },
      limit: BATCH,
      timeoutMS: COMMAND_TIMEOUT_MS,
    })
    .toArray();
  const outcome = await rewriteExpiry(
    collection,
    read.filter((document) => document.region === region),
    { retentionMs: change.retentionDays * DAY_MS, nowMs },
  );
  const following = collections[index + 1];
  const position =
    read.length === BATCH
      ? { collection: collection.name, after: read.at(-1)?._id ?? null }
      : { collection: following?.name ?? collection.name, after: null };
  await moveCheckpoint(db, region, change, {
    ...position,
    documents: change.documents ?? (await countDocuments(collections)),
    checked: change.checked + read.length,
    changed: change.changed + outcome.changed,
    skipped: change.skipped + outcome.skipped,
    finishedAt: read.length < BATCH && following === undefined ? new Date(wallMs()) : null,
  });
  return 'more';
}

async function countDocuments(collections: readonly ExpiringCollection[]): Promise<number> {
  const counts = await Promise.all(
    collections.map(({ documents }) => documents.estimatedDocumentCount({ timeoutMS: COMMAND_TIMEOUT_MS })),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Moves the checkpoint if it still is where `change` has it, under the same version of the settings. */
async function moveCheckpoint(
  db: Database,
  region: RegionId,
  change: StoredRetentionChange,
  next: Omit<StoredRetentionChange, 'version' | 'retentionDays' | 'startsAt'>,
): Promise<void> {
  const { version, collection, after } = change;
  await db.collection(regionCollection).updateOne(
    {
      _id: region,
      'retentionChange.version': version,
      'retentionChange.collection': collection,
      'retentionChange.after': after,
      'retentionChange.finishedAt': null,
    },
    {
      $set: Object.fromEntries(
        Object.entries(next).map(([name, value]) => [`retentionChange.${name}`, value]),
      ),
    },
    { writeConcern: { w: 'majority' }, timeoutMS: COMMAND_TIMEOUT_MS },
  );
}

/**
 * Shortens documents that expire later than the retention counted from now, one batch per collection: a writer that could not read the
 * settings for a while wrote them under a longer retention. The TTL index finds them, so a check without any costs nearly nothing.
 * @returns the number of documents shortened
 */
export async function shortenLateDocuments({
  db,
  region,
  defaults,
  wallMs,
}: RetentionParts): Promise<number> {
  const { retentionDays } = settingsOf(region, await readRegion(db, region), defaults);
  const nowMs = wallMs();
  const retentionMs = retentionDays * DAY_MS;
  let changed = 0;
  for (const collection of expiringCollections(db)) {
    const late = await collection.documents
      .find(
        { expireAt: { $gt: new Date(nowMs + retentionMs + CLOCK_TOLERANCE_MS) }, region },
        { projection: PROJECTION, sort: { expireAt: -1 }, limit: BATCH, timeoutMS: COMMAND_TIMEOUT_MS },
      )
      .toArray();
    changed += (await rewriteExpiry(collection, late, { retentionMs, nowMs })).changed;
  }
  return changed;
}
