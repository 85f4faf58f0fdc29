import {
  type DriverId,
  LIMITS,
  type Point,
  type RegionId,
  type RiderId,
  type TripEvent,
  type TripId,
  type TripSnapshot,
  type TripStateName,
} from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { isNewer } from '../fixes/fix-hygiene.ts';
import type { LivePosition } from '../live/live-index.ts';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { trip, tripChannel, tripEvents, tripPositions } from '../redis/redis-keys.ts';

/** A position as it stands in a trip's log. `pos` rises by one within `epoch`; a lost or cut log begins a new, higher epoch. */
export interface LoggedPosition {
  readonly epoch: number;
  readonly pos: number;
  readonly driverId: DriverId;
  readonly lat: number;
  readonly lng: number;
  readonly speed: number | null;
  readonly heading: number | null;
  /** Epoch ms on the domain clock. */
  readonly t: number;
  /** Wall ms. */
  readonly receivedAt: number;
}

/** Where a trip's log stands; {0, 0} while it has no position. */
export interface LogHead {
  readonly epoch: number;
  readonly pos: number;
}

/** Fields of the `trip` hash, which the relay writes. */
export interface LoggedTrip {
  readonly tripId: TripId;
  readonly version: number;
  readonly state: TripStateName;
  readonly riderId: RiderId;
  readonly driver: TripSnapshot['driver'];
  /** Domain ms, null while the trip is under way. */
  readonly endedAt: number | null;
  /** Absent in a trip that Redis does not know. */
  readonly route?: LoggedRoute;
}

export interface LoggedRoute {
  readonly pickup: Point;
  readonly dropoff: Point;
  readonly stops: readonly Point[];
  readonly stopsDone: number;
}

/** A trip's whole log as one read found it. */
export interface TripLog {
  readonly trip: LoggedTrip | null;
  /** Oldest first, contiguous by version. */
  readonly events: readonly TripEvent[];
  readonly head: LogHead;
  /** Positions after the cursor, oldest first. */
  readonly positions: readonly LoggedPosition[];
  /** The first position that the log still holds; {0, 0} when it has none. */
  readonly first: LogHead;
  /** The newest position, whatever the cursor. */
  readonly newest: LoggedPosition | null;
}

const APPEND = loadLuaScript('append-position-3');
const RENEW = loadLuaScript('renew-position-log-1');
const READ = loadLuaScript('read-trip-log-3');
/** Kept while a trip is under way; the relay shortens it when the trip ends. */
const LOG_TTL_SECONDS = 24 * 3600;

/**
 * Appends a position to a trip's log and publishes it to the followers' gateways, atomically: whoever is subscribed and then reads the log
 * misses none. Nothing is appended when the trip has ended, has another driver, or holds a position of this driver that is as new.
 * @param known where the caller saw the log last: a log that fell behind it has been cut, and begins a new epoch
 * @returns where the log stands now, or null when nothing was appended
 */
export async function appendPosition(
  state: RedisClient,
  region: RegionId,
  tripId: TripId,
  driverId: DriverId,
  position: LivePosition,
  known: LogHead,
): Promise<LogHead | null> {
  const { lat, lng, speed, heading, t, receivedAt, bootIndex, seq } = position;
  const body = JSON.stringify([driverId, lat, lng, speed, heading, t, receivedAt, bootIndex, seq]);
  const reply = (await runLuaScript(
    state,
    APPEND,
    [trip(region, tripId), tripPositions(region, tripId), tripChannel(region, tripId)],
    [driverId, body, known.epoch, known.pos, LIMITS.trackLogPositions, LOG_TTL_SECONDS, bootIndex, seq],
  )) as [number, number] | number | null;
  if (typeof reply === 'number') return { epoch: known.epoch, pos: reply };
  return reply === null ? null : { epoch: reply[0], pos: reply[1] };
}

type PositionBody = [
  driverId: DriverId,
  lat: number,
  lng: number,
  speed: number | null,
  heading: number | null,
  t: number,
  receivedAt: number,
];

function fromBody(epoch: number, pos: number, body: PositionBody): LoggedPosition {
  const [driverId, lat, lng, speed, heading, t, receivedAt] = body;
  return { epoch, pos, driverId, lat, lng, speed, heading, t, receivedAt };
}

function fromEntry([id, fields]: [string, string[]]): LoggedPosition {
  const head = parseHead(id);
  return fromBody(head.epoch, head.pos, JSON.parse(fields[1] ?? '') as PositionBody);
}

function parseHead(id: string): LogHead {
  const [epoch, pos] = id.split('-').map(Number);
  return { epoch: epoch ?? 0, pos: pos ?? 0 };
}

/** A message of `tripChannel`. @throws SyntaxError when it is not one */
export function parsePublished(message: string): LoggedPosition {
  const [epoch, pos, ...body] = JSON.parse(message) as [number, number, ...PositionBody];
  return fromBody(epoch, pos, body);
}

function parseTrip(flat: readonly string[]): LoggedTrip | null {
  const hash: Record<string, string> = {};
  for (let at = 0; at + 1 < flat.length; at += 2) hash[flat[at] as string] = flat[at + 1] as string;
  if (!hash.tripId || !hash.version) return null;
  return {
    tripId: hash.tripId as TripId,
    version: Number(hash.version),
    state: hash.state as TripStateName,
    riderId: hash.riderId as RiderId,
    driver: hash.driver ? (JSON.parse(hash.driver) as TripSnapshot['driver']) : null,
    endedAt: hash.endedAt ? Number(hash.endedAt) : null,
    ...(hash.route ? { route: JSON.parse(hash.route) as LoggedRoute } : {}),
  };
}

/** Reads a trip's hash, events and the positions after `since` in one step, so that they belong together. */
export async function readTripLog(
  state: RedisClient,
  region: RegionId,
  tripId: TripId,
  since: LogHead,
): Promise<TripLog> {
  const [hash, events, first, newest, positions] = (await runLuaScript(
    state,
    READ,
    [trip(region, tripId), tripEvents(region, tripId), tripPositions(region, tripId)],
    [since.epoch, since.pos],
  )) as [string[], string[], [string, string[]][], [string, string[]][], [string, string[]][]];
  const newestPosition = newest[0] ? fromEntry(newest[0]) : null;
  return {
    trip: parseTrip(hash),
    events: events.map((event) => JSON.parse(event) as TripEvent),
    head: newestPosition ?? { epoch: 0, pos: 0 },
    first: first[0] ? parseHead(first[0][0]) : { epoch: 0, pos: 0 },
    newest: newestPosition,
    positions: positions.map(fromEntry),
  };
}

/** Where a trip stands: its version (0 when unknown), end, and log. Cheap: for the comparison every few seconds. */
export async function readTripHead(
  state: RedisClient,
  region: RegionId,
  tripId: TripId,
): Promise<{ version: number; ended: boolean; head: LogHead }> {
  const replies = await state
    .pipeline()
    .hmget(trip(region, tripId), 'version', 'endedAt')
    .xrevrange(tripPositions(region, tripId), '+', '-', 'COUNT', 1)
    .exec();
  const [fields, entries] = (replies ?? []).map(([error, reply]) => {
    if (error) throw error;
    return reply;
  }) as [(string | null)[], [string, string[]][]];
  return {
    version: Number(fields[0] ?? 0),
    ended: Boolean(fields[1]),
    head: entries[0] ? parseHead(entries[0][0]) : { epoch: 0, pos: 0 },
  };
}

/**
 * Drops a log that lost its end (its server restarted from older data), so that the next position begins a new epoch.
 * @param seen where the log stood before
 */
export async function renewPositionLog(
  state: RedisClient,
  region: RegionId,
  tripId: TripId,
  seen: LogHead,
): Promise<void> {
  await runLuaScript(state, RENEW, [tripPositions(region, tripId)], [seen.epoch, seen.pos]);
}

/** Whether a position has to be appended after the last one that was: same order as everywhere, boot first, then seq. */
export function isNewerPosition(position: LivePosition, than: LivePosition | null): boolean {
  return than === null || isNewer(position.bootIndex, position.seq, than);
}
