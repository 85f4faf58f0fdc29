import type { RegionId } from '@rideline/contract';
import { candidateCollection, type StoredCandidates } from '../matching/candidate-collection.ts';
import { failedWrites } from '../store/bulk-errors.ts';
import type { Database, TypedCollection } from '../store/database.ts';
import { type StoredTrack, trackCollection } from '../tracks/track-collection.ts';

/** Timeout of one command, ms; it includes the driver's retry. A batch is small, so only a stalled MongoDB takes longer. */
const COMMAND_TIMEOUT_MS = 10_000;
/** Writes of one document that another writer changed in between. */
const ATTEMPTS = 3;

/** The fields of an expiring document that do not hold its data. */
interface ExpiringDocument {
  _id: string;
  region: RegionId;
  newestAt?: Date;
  expireAt: Date;
}

/** A collection whose documents expire by the region's retention. */
export interface ExpiringCollection {
  readonly name: string;
  readonly documents: TypedCollection<ExpiringDocument>;
  /** The field that dates a document without `newestAt`. */
  readonly dataField: string;
  /** Newest time in `dataField`, epoch ms; −∞ when it is empty or not dated. */
  readonly newestMs: (data: unknown) => number;
}

export function expiringCollections(db: Database): readonly ExpiringCollection[] {
  return [
    {
      name: trackCollection.name,
      documents: db.collection<ExpiringDocument>(trackCollection),
      dataField: 'f',
      newestMs: (fixes) => newestOf(Object.values((fixes ?? {}) as StoredTrack['f']).map((fix) => fix?.[7])),
    },
    {
      name: candidateCollection.name,
      documents: db.collection<ExpiringDocument>(candidateCollection),
      dataField: 'd',
      newestMs: (drivers) =>
        newestOf(Object.values((drivers ?? {}) as StoredCandidates['d']).map((driver) => driver?.at)),
    },
  ];
}

function newestOf(times: readonly unknown[]): number {
  return times.reduce<number>(
    (newest, time) => (typeof time === 'number' && time > newest ? time : newest),
    Number.NEGATIVE_INFINITY,
  );
}

export interface BatchOutcome {
  readonly changed: number;
  /** Documents whose write MongoDB refused, or that changed between each read and write. */
  readonly skipped: number;
}

/**
 * Sets `expireAt` of documents to `newestAt` plus the retention; a document dated in the future counts as received now, so that no document
 * outlives the retention counted from now. Each write compares what was read: a process that was suspended since then, perhaps under
 * another retention, writes nothing, and a fix that is added meanwhile is not lost from the date.
 * @throws the error of a MongoDB that does not answer: some documents of the batch may have been written
 */
export async function rewriteExpiry(
  collection: ExpiringCollection,
  read: readonly ExpiringDocument[],
  options: { readonly retentionMs: number; readonly nowMs: number },
): Promise<BatchOutcome> {
  let changed = 0;
  let documents = read;
  for (let attempt = 1; ; attempt += 1) {
    const writes = await writesOf(collection, documents, options);
    if (writes.length === 0) return { changed, skipped: 0 };
    const matched = await sendWrites(collection, writes);
    changed += matched;
    if (matched === writes.length) return { changed, skipped: 0 };
    if (attempt === ATTEMPTS) return { changed, skipped: writes.length - matched };
    documents = await collection.documents
      .find(
        { _id: { $in: writes.map(({ filter }) => filter._id) } },
        { projection: PROJECTION, timeoutMS: COMMAND_TIMEOUT_MS },
      )
      .toArray();
  }
}

export const PROJECTION = { region: 1, newestAt: 1, expireAt: 1 } as const;

interface ExpiryWrite {
  readonly filter: { _id: string } & Record<string, unknown>;
  readonly update: { $set: { newestAt?: Date; expireAt: Date } };
}

async function writesOf(
  collection: ExpiringCollection,
  documents: readonly ExpiringDocument[],
  { retentionMs, nowMs }: { readonly retentionMs: number; readonly nowMs: number },
): Promise<ExpiryWrite[]> {
  const dates = await newestDates(collection, documents);
  return documents.flatMap(({ _id, newestAt, expireAt }) => {
    const newestMs = dates.get(_id);
    const limitMs = nowMs + retentionMs;
    // Without a date in the document its expiry is only ever shortened.
    const nextMs =
      newestMs === undefined
        ? Math.min(Number(expireAt), limitMs)
        : Math.min(newestMs + retentionMs, limitMs);
    if (!Number.isFinite(nextMs) || nextMs === Number(expireAt)) return [];
    return [
      {
        filter: { _id, expireAt, newestAt: newestAt === undefined ? { $exists: false } : newestAt },
        update: {
          $set: {
            expireAt: new Date(nextMs),
            ...(newestAt === undefined && newestMs !== undefined ? { newestAt: new Date(newestMs) } : {}),
          },
        },
      },
    ];
  });
}

/** Newest receipt by document, epoch ms; documents from before `newestAt` are read whole. */
async function newestDates(
  { documents: stored, dataField, newestMs }: ExpiringCollection,
  documents: readonly ExpiringDocument[],
): Promise<Map<string, number>> {
  const dates = new Map<string, number>();
  const undated: string[] = [];
  for (const { _id, newestAt } of documents) {
    if (newestAt instanceof Date) dates.set(_id, newestAt.getTime());
    else undated.push(_id);
  }
  if (undated.length === 0) return dates;
  const found = stored.find<{ _id: string } & Record<string, unknown>>(
    { _id: { $in: undated } },
    { projection: { [dataField]: 1 }, timeoutMS: COMMAND_TIMEOUT_MS },
  );
  for await (const document of found) {
    const newest = newestMs(document[dataField]);
    if (Number.isFinite(newest)) dates.set(document._id, newest);
  }
  return dates;
}

/** @returns the number of documents that were still as they had been read */
async function sendWrites(
  { documents }: ExpiringCollection,
  writes: readonly ExpiryWrite[],
): Promise<number> {
  const operations = writes.map((write) => ({ updateOne: write }));
  try {
    const { matchedCount } = await documents.bulkWrite(operations, {
      ordered: false,
      writeConcern: { w: 'majority' },
      timeoutMS: COMMAND_TIMEOUT_MS,
    });
    return matchedCount;
  } catch (error) {
    // Refused for their content: the others were written.
    const refused = failedWrites(error);
    if (refused === null) throw error;
    const { matchedCount } = error as { matchedCount?: number };
    return matchedCount ?? writes.length - refused.length;
  }
}
