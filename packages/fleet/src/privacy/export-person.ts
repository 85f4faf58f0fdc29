import type { DriverId, RegionId, UserId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { decodeLive } from '../live/live-index.ts';
import { live } from '../redis/redis-keys.ts';
import type { Models, StoredDriver, StoredTrip } from '../store/models.ts';
import type { StoredFix, StoredTrack } from '../tracks/track-block.ts';
import { verdictOf } from '../tracks/track-block.ts';
import { viewOf } from '../trips/trip-views.ts';

/** What is read for an export. */
export interface ExportParts {
  readonly models: Models;
  readonly state: RedisClient;
  readonly region: RegionId;
  /** Bounds each read. */
  readonly within: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Secrets and what only works inside: the person has no use for them, a thief would. */
const NOT_TOLD = {
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
/** The same with its id. */
const { _id: _shown, ...NOT_TOLD_WITH_ID } = NOT_TOLD;

interface Readable {
  find(filter: object, options: object): { next(): Promise<unknown>; close(): Promise<void> };
}

/** A collection's documents, one at a time, each within its bound. */
async function* read<Doc>(
  { within }: ExportParts,
  collection: Readable,
  filter: object,
  projection: object,
): AsyncGenerator<Doc> {
  const cursor = collection.find(filter, { projection, batchSize: 200 });
  try {
    for (;;) {
      const next = await within(() => cursor.next());
      if (next === null) return;
      yield next as Doc;
    }
  } finally {
    await cursor.close();
  }
}

function fixOf(seq: string, fix: StoredFix): object {
  const [t, lat, lng, speed, heading, accuracy] = fix;
  return {
    seq: Number(seq),
    at: new Date(t).toISOString(),
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
 * Everything that is stored about a person, one object at a time, `what` first. The last one is `end` with the number of those before it: an
 * export without it is not whole.
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
  const { models, region } = parts;
  const his = { userId, region };
  yield { what: 'export', userId, region, at: now.toISOString() };
  const one = { _id: userId, region };
  for await (const found of read<object>(parts, models.users.collection as never, one, NOT_TOLD))
    yield { what: 'account', ...found };
  for await (const found of read<StoredDriver>(parts, models.drivers.collection as never, one, NOT_TOLD)) {
    yield { what: 'driver', ...found };
    const vehicle = { _id: found.vehicleId ?? '' };
    for await (const car of read<object>(parts, models.vehicles.collection as never, vehicle, NOT_TOLD))
      yield { what: 'vehicle', ...car };
  }
  for (const [what, model] of [
    ['session', models.sessions],
    ['device', models.devices],
    ['document', models.documents],
    ['notification', models.notifications],
  ] as const) {
    for await (const found of read<object>(parts, model.collection as never, his, NOT_TOLD_WITH_ID))
      yield { what, ...found };
  }
  for (const field of ['riderId', 'driverId']) {
    const where = { region, [field]: userId };
    for await (const trip of read<StoredTrip>(parts, models.trips.collection as never, where, {}))
      yield { what: 'trip', ...viewOf(trip, false), events: trip.events };
  }
  const tracks = { driverId: String(userId) as DriverId, region };
  for await (const track of read<StoredTrack>(parts, models.tracks.collection as never, tracks, {
    f: 1,
    boot: 1,
  }))
    yield {
      what: 'track',
      boot: track.boot,
      fixes: Object.entries(track.f).map(([seq, fix]) => fixOf(seq, fix)),
    };
  const target = { region, target: `user:${userId}` };
  for await (const found of read<object>(parts, models.audit.collection as never, target, {
    v: 0,
    region: 0,
  }))
    yield { what: 'audit', ...found };
  yield* positionOf(parts, userId);
}
