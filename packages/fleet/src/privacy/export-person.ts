import { type RegionId, toIsoTime, type UserId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { driverCollection } from '../accounts/driver-collection.ts';
import { sessionCollection } from '../accounts/session-collection.ts';
import { userCollection } from '../accounts/user-collection.ts';
import { vehicleCollection } from '../accounts/vehicle-collection.ts';
import { documentCollection } from '../documents/document-collection.ts';
import { healthCollection } from '../health/health-collection.ts';
import { healthDaysOf } from '../health/health-store.ts';
import { decodeLive } from '../live/live-index.ts';
import { deviceCollection } from '../notifications/device-collection.ts';
import { notificationCollection } from '../notifications/notification-collection.ts';
import { live } from '../redis/redis-keys.ts';
import { auditCollection } from '../store/audit-collection.ts';
import type { CollectionDefinition } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import { type OnUnpresentable, presentedOrNull } from '../store/presented.ts';
import { verdictOf } from '../tracks/track-block.ts';
import { type StoredFix, trackCollection } from '../tracks/track-collection.ts';
import { shareCollection } from '../trips/share-collection.ts';
import { tripCollection } from '../trips/trip-collection.ts';
import { viewOf } from '../trips/trip-views.ts';
import { decodeExportCursor, type ExportCursor, encodeExportCursor } from './export-cursor.ts';

/** Stores that an export reads. */
export interface ExportParts {
  readonly db: Database;
  readonly state: RedisClient;
  readonly region: RegionId;
  /** Bounds each read from MongoDB, and may repeat it. */
  readonly within: <T>(work: () => Promise<T>) => Promise<T>;
  /** The same for Redis. */
  readonly withinState: <T>(work: () => Promise<T>) => Promise<T>;
  readonly onUnpresentable: OnUnpresentable;
}

/** Name of the action in the audit log: written before each request of an export. */
export const EXPORT_ACTION = 'person.export';

/** Documents of one read. A trip with all its events has up to 200 KB, a block of a track 6 KB. */
const DOCUMENTS_PER_READ = 200;
const LARGE_DOCUMENTS_PER_READ = 50;

/** Projection: secrets and internal fields are not exported. */
const NOT_EXPORTED = {
  passwordHash: 0,
  hash: 0,
  previousHash: 0,
  family: 0,
  salt: 0,
  token: 0,
  key: 0,
  _id: 0,
  v: 0,
} as const;
/** The same, with the id. */
const { _id: _shown, ...NOT_EXPORTED_WITH_ID } = NOT_EXPORTED;

interface Batch {
  readonly lines: readonly object[];
  /** Id of the last document; null when the part has no more. */
  readonly last: string | null;
}

/** One part of an export: a kind of line, and how the documents after the one with id `after` are read. */
interface ExportPart {
  readonly name: string;
  readonly read: (parts: ExportParts, person: ExportedPerson, after: string | null) => Promise<Batch>;
}

interface ExportedPerson {
  readonly userId: UserId;
  readonly startedAt: Date;
}

/** The documents after the one with id `after`, in the order of their ids, which no write changes. */
async function readBatch<Stored extends object>(
  { db, within }: ExportParts,
  definition: CollectionDefinition<Stored>,
  query: {
    readonly filter: Readonly<Record<string, unknown>>;
    readonly projection: object;
    readonly after: string | null;
    readonly limit?: number;
  },
  lineOf: (found: Stored) => object,
): Promise<Batch> {
  const { filter, projection, after, limit = DOCUMENTS_PER_READ } = query;
  const behind = after === null ? filter : { $and: [filter, { _id: { $gt: after } }] };
  const found = await within(() =>
    db
      .anyCollection(definition)
      .find<Stored & { readonly _id: string }>(behind, { projection, sort: { _id: 1 }, limit })
      .toArray(),
  );
  const last = found.length < limit ? null : (found.at(-1)?._id ?? null);
  return { lines: found.map(lineOf), last };
}

/** The one document with this id, as a batch without more. */
function readOne<Stored extends object>(
  parts: ExportParts,
  definition: CollectionDefinition<Stored>,
  filter: Readonly<Record<string, unknown>>,
  lineOf: (found: Stored) => object,
): Promise<Batch> {
  // The id is not exported, so there is none to continue after: a limit of two ends the part.
  return readBatch(parts, definition, { filter, projection: NOT_EXPORTED, after: null, limit: 2 }, lineOf);
}

function fixOf(seq: string, fix: StoredFix): object {
  const [t, lat, lng, speed, heading, accuracy] = fix;
  const at = new Date(t);
  // A refused fix keeps its time, also one that no Date can hold: then the number is exported.
  const time = Number.isNaN(at.getTime()) ? { at: null, t } : { at: toIsoTime(at) };
  return {
    seq: Number(seq),
    ...time,
    lat,
    lng,
    speed,
    heading,
    accuracy,
    verdict: verdictOf(fix),
  };
}

async function readAccount(parts: ExportParts, { userId }: ExportedPerson): Promise<Batch> {
  const one = { _id: userId, region: parts.region };
  const { lines: account } = await readOne(parts, userCollection, one, (found) => ({
    what: 'account',
    ...found,
  }));
  let vehicleId: string | undefined;
  const { lines: driver } = await readOne(parts, driverCollection, one, (found) => {
    vehicleId = found.vehicleId;
    return { what: 'driver', ...found };
  });
  const { lines: vehicle } =
    vehicleId === undefined
      ? { lines: [] }
      : await readOne(parts, vehicleCollection, { _id: vehicleId }, (found) => ({
          what: 'vehicle',
          ...found,
        }));
  return { lines: [...account, ...driver, ...vehicle], last: null };
}

/** Documents of the person, by the field `userId`. */
function ownedPart(name: string, definition: CollectionDefinition): ExportPart {
  return {
    name,
    read: (parts, { userId }, after) => {
      const filter = { userId, region: parts.region };
      const query = { filter, projection: NOT_EXPORTED_WITH_ID, after };
      return readBatch<object>(parts, definition as CollectionDefinition<object>, query, (found) => ({
        what: name,
        ...found,
      }));
    },
  };
}

function tripPart(field: 'riderId' | 'driverId'): ExportPart {
  return {
    name: `trip:${field}`,
    read: (parts, { userId }, after) => {
      const filter = { region: parts.region, [field]: userId };
      const query = { filter, projection: {}, after, limit: LARGE_DOCUMENTS_PER_READ };
      return readBatch(parts, tripCollection, query, (trip) => {
        const view = presentedOrNull(trip, (one) => viewOf(one, false), parts.onUnpresentable);
        // The line stays, so that the person learns that there is one more trip.
        return { what: 'trip', ...(view ?? { tripId: trip._id, unpresentable: true }), events: trip.events };
      });
    },
  };
}

/** The id of a block begins with its driver's, so a range of ids is read without sorting the driver's whole history. */
function readTracks(parts: ExportParts, { userId }: ExportedPerson, after: string | null): Promise<Batch> {
  const filter = {
    _id: { $gt: `${userId}:`, $lt: `${userId};` },
    driverId: String(userId),
    region: parts.region,
  };
  const query = { filter, projection: { f: 1, boot: 1 }, after, limit: LARGE_DOCUMENTS_PER_READ };
  return readBatch(parts, trackCollection, query, ({ boot, f }) => ({
    what: 'track',
    boot,
    fixes: Object.entries(f).map(([seq, fix]) => fixOf(seq, fix)),
  }));
}

/** By the range of its ids, as a track. */
function readHealth(parts: ExportParts, { userId }: ExportedPerson, after: string | null): Promise<Batch> {
  const filter = { ...healthDaysOf(String(userId)), region: parts.region };
  const query = { filter, projection: { v: 0, region: 0, expireAt: 0 }, after };
  return readBatch(parts, healthCollection, query, (found) => ({ what: 'driver_health', ...found }));
}

/** Without the entries that the continuations of this export have written: they would make it differ from an uninterrupted one. */
function readAuditEntries(
  parts: ExportParts,
  { userId, startedAt }: ExportedPerson,
  after: string | null,
): Promise<Batch> {
  const filter = {
    region: parts.region,
    target: `user:${userId}`,
    $or: [{ action: { $ne: EXPORT_ACTION } }, { at: { $lte: startedAt } }],
  };
  const query = { filter, projection: { v: 0, region: 0 }, after };
  return readBatch(parts, auditCollection, query, (found) => ({ what: 'audit', ...found }));
}

async function readPosition({ state, region, withinState }: ExportParts, { userId }: ExportedPerson) {
  const found = decodeLive(await withinState(() => state.hget(live(region), String(userId))));
  return { lines: found === null ? [] : [{ what: 'live_position', ...found }], last: null };
}

const PARTS: readonly ExportPart[] = [
  { name: 'account', read: readAccount },
  ownedPart('session', sessionCollection),
  ownedPart('device', deviceCollection),
  ownedPart('document', documentCollection),
  ownedPart('notification', notificationCollection),
  ownedPart('share', shareCollection),
  tripPart('riderId'),
  tripPart('driverId'),
  { name: 'track', read: readTracks },
  { name: 'driver_health', read: readHealth },
  { name: 'audit', read: readAuditEntries },
  { name: 'live_position', read: readPosition },
];
const END = 'end';
const PART_NAMES = [...PARTS.map(({ name }) => name), END];

/** @returns null when the text is no cursor of an export of this person */
export function exportCursorOf(region: RegionId, userId: UserId, text: string): ExportCursor | null {
  return decodeExportCursor(region, userId, text, PART_NAMES);
}

/**
 * Everything stored about a person, one object at a time; `what` names its kind. After each batch follows a `cursor`: an export that broke
 * off continues with its `after`, and the lines up to the last complete `cursor` with those of the continuation are what one uninterrupted
 * export holds. The last object is `end` with the number of objects before it: an export without it is incomplete.
 * @param from the time at which the first request of the export began, or the cursor after which it continues
 */
export async function* exportPerson(
  parts: ExportParts,
  userId: UserId,
  from: Date | ExportCursor,
): AsyncGenerator<object> {
  const { region } = parts;
  let cursor: ExportCursor;
  if (from instanceof Date) {
    yield { what: 'export', userId, region, at: toIsoTime(from) };
    cursor = { startedAtMs: from.getTime(), part: PART_NAMES[0] ?? END, id: null, lines: 1 };
  } else cursor = from;
  const person = { userId, startedAt: new Date(cursor.startedAtMs) };
  let index = PART_NAMES.indexOf(cursor.part);
  for (let part = PARTS[index]; part !== undefined; part = PARTS[index]) {
    const { lines, last } = await part.read(parts, person, cursor.id);
    yield* lines;
    if (last === null) index += 1;
    const next = { ...cursor, part: PART_NAMES[index] ?? END, id: last, lines: cursor.lines + lines.length };
    // A part without lines needs no cursor: the one before it reads the same.
    cursor = lines.length === 0 ? next : { ...next, lines: next.lines + 1 };
    if (lines.length > 0) {
      const after = encodeExportCursor(region, userId, cursor);
      yield { what: 'cursor', after, lines: next.lines, partsDone: index, parts: PARTS.length };
    }
  }
  yield { what: END, lines: cursor.lines };
}
