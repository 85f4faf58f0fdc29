import { type DriverId, type RegionId, toIsoTime, type UserId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { driverCollection } from '../accounts/driver-collection.ts';
import { sessionCollection } from '../accounts/session-collection.ts';
import { userCollection } from '../accounts/user-collection.ts';
import { vehicleCollection } from '../accounts/vehicle-collection.ts';
import { documentCollection } from '../documents/document-collection.ts';
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
import { tripCollection } from '../trips/trip-collection.ts';
import { viewOf } from '../trips/trip-views.ts';

/** Stores that an export reads. */
export interface ExportParts {
  readonly db: Database;
  readonly state: RedisClient;
  readonly region: RegionId;
  /** Bounds each read. */
  readonly within: <T>(work: () => Promise<T>) => Promise<T>;
  readonly onUnpresentable: OnUnpresentable;
}

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

/** A collection's documents, one at a time, each read bounded. */
async function* read<Stored extends object>(
  { db, within }: ExportParts,
  definition: CollectionDefinition<Stored>,
  filter: Readonly<Record<string, string>>,
  projection: object,
): AsyncGenerator<Stored> {
  const cursor = db.anyCollection(definition).find<Stored>(filter, { projection, batchSize: 200 });
  try {
    for (;;) {
      const next = await within(() => cursor.next());
      if (next === null) return;
      yield next;
    }
  } finally {
    await cursor.close();
  }
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

async function* positionOf({ state, region, within }: ExportParts, userId: UserId): AsyncGenerator<object> {
  const found = decodeLive(await within(() => state.hget(live(region), String(userId))));
  if (found !== null) yield { what: 'live_position', ...found };
}

/**
 * Everything stored about a person, one object at a time; `what` names its kind. The last object is `end` with the number of objects before
 * it: an export without it is incomplete.
 */
export async function* exportPerson(
  parts: ExportParts,
  userId: UserId,
  now: Date,
): AsyncGenerator<Record<string, unknown>> {
  let count = 0;
  for await (const line of linesOf(parts, userId, now)) {
    count += 1;
    yield line as Record<string, unknown>;
  }
  yield { what: 'end', lines: count };
}

async function* linesOf(parts: ExportParts, userId: UserId, now: Date): AsyncGenerator<object> {
  const { region } = parts;
  const owned = { userId, region };
  yield { what: 'export', userId, region, at: toIsoTime(now) };
  const one = { _id: userId, region };
  for await (const found of read(parts, userCollection, one, NOT_EXPORTED))
    yield { what: 'account', ...found };
  for await (const found of read(parts, driverCollection, one, NOT_EXPORTED)) {
    yield { what: 'driver', ...found };
    const vehicle = { _id: found.vehicleId ?? '' };
    for await (const car of read(parts, vehicleCollection, vehicle, NOT_EXPORTED))
      yield { what: 'vehicle', ...car };
  }
  for (const [what, definition] of [
    ['session', sessionCollection],
    ['device', deviceCollection],
    ['document', documentCollection],
    ['notification', notificationCollection],
  ] as const) {
    for await (const found of read<object>(parts, definition, owned, NOT_EXPORTED_WITH_ID))
      yield { what, ...found };
  }
  for (const field of ['riderId', 'driverId']) {
    const where = { region, [field]: userId };
    for await (const trip of read(parts, tripCollection, where, {})) {
      const view = presentedOrNull(trip, (one) => viewOf(one, false), parts.onUnpresentable);
      // The line stays, so that the person learns that there is one more trip.
      yield { what: 'trip', ...(view ?? { tripId: trip._id, unpresentable: true }), events: trip.events };
    }
  }
  const tracks = { driverId: String(userId) as DriverId, region };
  for await (const track of read(parts, trackCollection, tracks, {
    f: 1,
    boot: 1,
  }))
    yield {
      what: 'track',
      boot: track.boot,
      fixes: Object.entries(track.f).map(([seq, fix]) => fixOf(seq, fix)),
    };
  const target = { region, target: `user:${userId}` };
  for await (const found of read(parts, auditCollection, target, {
    v: 0,
    region: 0,
  }))
    yield { what: 'audit', ...found };
  yield* positionOf(parts, userId);
}
