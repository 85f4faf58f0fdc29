import type { BootId, DriverId, DriverStatusValue, GatewayId, RegionId, TripId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { Range } from '../fixes/seq-ranges.ts';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { conn, DRIVER_TTL_SECONDS, driver, live } from '../redis/redis-keys.ts';
import { decodeLive, type LivePosition } from './live-index.ts';

/** The fixes of a boot that are in MongoDB: every seq up to `durable`, and the ranges above it. */
export interface DurableBoot {
  readonly durable: number;
  readonly ranges: readonly Range[];
}

/** A boot of the driver's app. `index` is its order of first appearance and begins at 1; 0 means "not known yet". */
export interface KnownBoot extends DurableBoot {
  readonly boot: BootId;
  readonly index: number;
}

/** What a gateway reads when a driver connects to it. */
export interface DriverSession {
  readonly epoch: number;
  readonly status: DriverStatusValue;
  readonly tripId: TripId | null;
  /** How often the trip has changed in the driver hash. */
  readonly tripRev: number;
  /** Oldest first. */
  readonly boots: readonly KnownBoot[];
  readonly newest: LivePosition | null;
  /** The gateway that held the driver before and must close its connection; null when there was none. */
  readonly previousGateway: GatewayId | null;
}

const OPEN = loadLuaScript('open-session-1');
const RAISE = loadLuaScript('raise-connection-2');
const REGISTER_BOOT = loadLuaScript('register-boot-1');
const SET_STATUS = loadLuaScript('set-status-1');
const RESTORE = loadLuaScript('restore-session-1');
const MERGE_DURABLE = loadLuaScript('merge-durable-1');
/** Durable ranges kept of a boot above its prefix; the workers keep as many. */
const RANGES_KEPT = 64;
/** Boots remembered per driver: a phone resends at most what it collected during the last of them. */
const BOOTS_KEPT = 32;
const NOT_DURABLE: DurableBoot = { durable: -1, ranges: [] };

/** Field of a driver hash that holds the durable fixes of a boot. */
export const durableField = (boot: BootId): string => `durable:${boot}`;

/** The value of a boot's `durableField`. */
export function parseDurable(json: string | null | undefined): DurableBoot {
  return json ? (JSON.parse(json) as DurableBoot) : NOT_DURABLE;
}

/** Fields `boots` and `bootBase` of a driver hash: the boots that are still known, oldest first. */
function parseBoots(hash: Readonly<Record<string, string>>): KnownBoot[] {
  const base = Number(hash.bootBase ?? 0);
  const boots = JSON.parse(hash.boots ?? '[]') as BootId[];
  return boots.map((boot, position) => ({
    boot,
    index: base + position + 1,
    ...parseDurable(hash[durableField(boot)]),
  }));
}

function fromFlat(flat: readonly string[]): Record<string, string> {
  const hash: Record<string, string> = {};
  for (let at = 0; at + 1 < flat.length; at += 2) hash[flat[at] as string] = flat[at + 1] as string;
  return hash;
}

/**
 * Opens a session for a new connection: raises the connection epoch in the driver hash, then the one that guards the live index, and only
 * then reads the newest position, so that no older connection can write a position after the read.
 * @returns null when a newer connection has already raised it further
 */
export async function openDriverSession(
  state: RedisClient,
  region: RegionId,
  driverId: DriverId,
  gateway: GatewayId,
): Promise<DriverSession | null> {
  // The driver hash may have been lost while the live index was not, or the other way round: the new epoch must be above both.
  const floor = Number((await state.hget(conn(region), driverId)) ?? 0);
  const [epoch, previous, flat] = (await runLuaScript(
    state,
    OPEN,
    [driver(region, driverId)],
    [gateway, floor, DRIVER_TTL_SECONDS],
  )) as [number, string, string[]];
  const [raised, liveValue] = (await runLuaScript(
    state,
    RAISE,
    [conn(region), live(region)],
    [driverId, epoch],
  )) as [number, string | null];
  if (raised === 0) return null;
  const hash = fromFlat(flat);
  return {
    epoch,
    status: (hash.status ?? 'offline') as DriverStatusValue,
    tripId: hash.trip ? (hash.trip as TripId) : null,
    tripRev: Number(hash.tripRev ?? 0),
    boots: parseBoots(hash),
    newest: decodeLive(liveValue)?.position ?? null,
    previousGateway: previous ? (previous as GatewayId) : null,
  };
}

/**
 * Registers a boot when it appears for the first time; a registered boot keeps its index.
 * @param highestIndex the highest index of the driver's boots that the caller knows: the new boot's is above it, also when the hash was lost
 */
export async function registerBoot(
  state: RedisClient,
  region: RegionId,
  driverId: DriverId,
  boot: BootId,
  highestIndex = 0,
): Promise<KnownBoot> {
  const [index, durable] = (await runLuaScript(
    state,
    REGISTER_BOOT,
    [driver(region, driverId)],
    [boot, BOOTS_KEPT, highestIndex, DRIVER_TTL_SECONDS],
  )) as [number, string];
  return { boot, index, ...parseDurable(durable) };
}

/** Stores the status that a driver chose. @returns false when a newer connection holds the driver: nothing was written */
export async function recordDriverStatus(
  state: RedisClient,
  region: RegionId,
  driverId: DriverId,
  status: { epoch: number; status: DriverStatusValue; vehicleId: string | undefined },
): Promise<boolean> {
  const written = await runLuaScript(
    state,
    SET_STATUS,
    [driver(region, driverId)],
    [status.epoch, status.status, status.vehicleId ?? '', DRIVER_TTL_SECONDS],
  );
  return written === 1;
}

/**
 * Writes again what a lost driver hash held about a connected driver: gateway, epoch, status, boots and durable prefixes. Without it the
 * driver gets no offer until they connect again, and a boot that starts later would look older than the live position.
 * @returns the index of every boot, which is higher than before when another process has registered boots since; null when a newer connection
 * holds the driver: nothing was written
 */
export async function restoreDriverSession(
  state: RedisClient,
  region: RegionId,
  driverId: DriverId,
  session: { epoch: number; gateway: GatewayId; status: DriverStatusValue; boots: readonly KnownBoot[] },
): Promise<ReadonlyMap<BootId, number> | null> {
  const key = driver(region, driverId);
  const boots = session.boots.toSorted((a, b) => a.index - b.index);
  const given = JSON.stringify(boots.map(({ boot, index }) => [boot, index]));
  const { epoch, gateway, status } = session;
  const [written, base, list] = (await runLuaScript(
    state,
    RESTORE,
    [key],
    [epoch, gateway, status, given, DRIVER_TTL_SECONDS],
  )) as [number, number, string];
  if (written !== 1) return null;
  for (const { boot, durable, ranges } of boots) {
    const covered = [...(durable < 0 ? [] : [[0, durable]]), ...ranges];
    if (covered.length > 0)
      await runLuaScript(
        state,
        MERGE_DURABLE,
        [key],
        [boot, RANGES_KEPT, JSON.stringify(covered), DRIVER_TTL_SECONDS],
      );
  }
  const names = JSON.parse(list) as BootId[];
  return new Map(names.map((boot, position) => [boot, base + position + 1]));
}
