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
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { trip, tripChannel, tripEvents, tripPositions } from '../redis/redis-keys.ts';
import type { LivePosition } from './live-index.ts';

/** A position in a trip's log. `pos` rises by one within `epoch`; a lost or truncated log begins a new, higher epoch. */
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

/** Epoch and pos of the newest position of a trip's log; {0, 0} while it has none. */
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
  /** Domain ms; null while the trip has not ended. */
  readonly endedAt: number | null;
  /** Its driver has lost the trip, or it has ended, and the relay has not written that yet: nobody is shown a position. */
  readonly stopped?: boolean;
  /** Absent when Redis does not have the trip. */
  readonly route?: LoggedRoute;
}

export interface LoggedRoute {
  readonly pickup: Point;
  readonly dropoff: Point;
  readonly stops: readonly Point[];
  readonly stopsDone: number;
}

/** A trip's log, from one read. */
export interface TripLog {
  readonly trip: LoggedTrip | null;
  /** Oldest first, contiguous by version. */
  readonly events: readonly TripEvent[];
  readonly head: LogHead;
  /** Positions after the cursor, oldest first. */
  readonly positions: readonly LoggedPosition[];
  /** The oldest position in the log; {0, 0} when it has none. */
  readonly first: LogHead;
  /** The newest position, whatever the cursor. */
  readonly newest: LoggedPosition | null;
}

const APPEND = loadLuaScript('append-position-3');
const RENEW = loadLuaScript('renew-position-log-1');
const STOP = loadLuaScript('stop-positions-1');
const READ = loadLuaScript('read-trip-log-3');
/** TTL while a trip is open; the relay shortens it when the trip ends. */
const LOG_TTL_SECONDS = 24 * 3600;

/** The log after an append. `followed`: a gateway listens to the trip, so that somebody follows it. */
export interface AppendedPosition {
  readonly head: LogHead;
  readonly followed: boolean;
}

/**
 * Appends a position to a trip's log and publishes it to the followers' gateways, atomically: a reader that subscribes and then reads the
 * log misses none. Nothing is appended when the trip has ended, has another driver, or has the same or a newer position of this driver.
 * @param known the head that the caller saw last: a log that is behind it was truncated and begins a new epoch
 * @returns null when nothing was appended
 */
export async function appendFollowedPosition(
  state: RedisClient,
  region: RegionId,
  tripId: TripId,
  driverId: DriverId,
  position: LivePosition,
  known: LogHead,
): Promise<AppendedPosition | null> {
  const { lat, lng, speed, heading, t, receivedAt, bootIndex, seq } = position;
  const body = JSON.stringify([driverId, lat, lng, speed, heading, t, receivedAt, bootIndex, seq]);
  const reply = (await runLuaScript(
    state,
    APPEND,
    [trip(region, tripId), tripPositions(region, tripId), tripChannel(region, tripId)],
    [driverId, body, known.epoch, known.pos, LIMITS.trackLogPositions, LOG_TTL_SECONDS, bootIndex, seq],
  )) as [number, number] | number | null;
  if (reply === null) return null;
  const [epoch, pos] = typeof reply === 'number' ? [known.epoch, reply] : reply;
  return { head: { epoch, pos: Math.abs(pos) }, followed: pos > 0 };
}

/** The same. @returns the new head, or null when nothing was appended */
export async function appendPosition(
  ...append: Parameters<typeof appendFollowedPosition>
): Promise<LogHead | null> {
  return (await appendFollowedPosition(...append))?.head ?? null;
}

/**
 * Ends the positions of the driver who has the trip at once: the process that ends a trip calls it before it answers. The relay writes the rest, and
 * may be seconds late.
 * @param version the version of the trip without the driver
 */
export async function stopPositions(
  state: RedisClient,
  region: RegionId,
  tripId: TripId,
  version: number,
): Promise<void> {
  await runLuaScript(state, STOP, [trip(region, tripId)], [version]);
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

/** Parses a message of `tripChannel`. @throws SyntaxError when it is malformed */
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
    ...(Number(hash.stop ?? 0) > Number(hash.version) ? { stopped: true } : {}),
    ...(hash.route ? { route: JSON.parse(hash.route) as LoggedRoute } : {}),
  };
}

/** Reads a trip's hash, events and the positions after `since` in one step, so that they are consistent. */
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

/** A trip's version (0 when unknown), whether it has ended, and the head of its log. Cheap: for the comparison every few seconds. */
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
 * Deletes a log whose newest positions were lost (its server restarted from older data), so that the next position begins a new epoch.
 * @param seen the head before the loss
 */
export async function renewPositionLog(
  state: RedisClient,
  region: RegionId,
  tripId: TripId,
  seen: LogHead,
): Promise<void> {
  await runLuaScript(state, RENEW, [tripPositions(region, tripId)], [seen.epoch, seen.pos]);
}

/** Whether a position is newer than `than`: by boot, then by seq, as everywhere. */
export function isNewerPosition(position: LivePosition, than: LivePosition | null): boolean {
  return than === null || isNewer(position.bootIndex, position.seq, than);
}
