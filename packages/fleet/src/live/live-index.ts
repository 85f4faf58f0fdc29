import type { DriverId, DriverStatusValue, RegionId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { Reference } from '../fixes/fix-hygiene.ts';
import { geoPlace } from '../geo/geo-place.ts';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { conn, geo, live, polar, warmedAt } from '../redis/redis-keys.ts';

/** The newest accepted fix of a driver, as used by search, snapshots and the fleet map. */
export interface LivePosition extends Reference {
  readonly heading: number | null;
  readonly speed: number | null;
  /** Wall ms at which a gateway received it. */
  readonly receivedAt: number;
}

/** The status that others see: busy during a trip, whatever the driver reported. */
export function effectiveStatus(reported: DriverStatusValue, tripId: string | null): DriverStatusValue {
  return tripId === null ? reported : 'busy';
}

/** One write to the live index, by the holder of connection `epoch`. */
export interface Placement {
  readonly driverId: DriverId;
  readonly epoch: number;
  readonly status: DriverStatusValue;
  /** null: only the status is known; the driver is removed from the search, or is not in it before the first fix. */
  readonly position: LivePosition | null;
}

const PLACE = loadLuaScript('place-drivers-7');
/** Drivers in one call: bounds how long the script holds the server (about 5 ms) and the script's argument list. */
export const PLACEMENTS_PER_CALL = 500;

function encodeLive(position: LivePosition, status: DriverStatusValue): string {
  const { lat, lng, heading, speed, t, receivedAt, seq, bootIndex } = position;
  return JSON.stringify([lat, lng, heading, speed, t, receivedAt, seq, bootIndex, status]);
}

/** A value of the `live` hash, or null when there is none. */
export function decodeLive(
  value: string | null,
): { position: LivePosition; status: DriverStatusValue } | null {
  if (!value) return null;
  const [lat, lng, heading, speed, t, receivedAt, seq, bootIndex, status] = JSON.parse(value);
  return { position: { lat, lng, heading, speed, t, receivedAt, seq, bootIndex }, status };
}

function pushPlacement(args: (string | number)[], placement: Placement): void {
  const { position } = placement;
  if (position === null) {
    args.push(placement.driverId, placement.epoch, placement.status, '', '', '');
    return;
  }
  const place = geoPlace(position.lat, position.lng);
  args.push(
    placement.driverId,
    placement.epoch,
    placement.status,
    place.index === 'geo' ? place.lng : '',
    place.lat,
    encodeLive(position, placement.status),
  );
}

/**
 * Writes drivers into the live index, each only while no newer connection of the driver is known. A driver written with one status is
 * removed from all others; offline drivers are in no search.
 * @returns the drivers whose connection has been replaced: nothing was written for them
 */
export async function placeDrivers(
  state: RedisClient,
  region: RegionId,
  placements: readonly Placement[],
  wallNowMs: number,
): Promise<DriverId[]> {
  const keys = [
    conn(region),
    live(region),
    warmedAt(region),
    ...(['available', 'busy'] as const).flatMap((status) => [geo(region, status), polar(region, status)]),
  ];
  const replaced: DriverId[] = [];
  for (let start = 0; start < placements.length; start += PLACEMENTS_PER_CALL) {
    const args: (string | number)[] = [wallNowMs];
    for (const placement of placements.slice(start, start + PLACEMENTS_PER_CALL))
      pushPlacement(args, placement);
    replaced.push(...((await runLuaScript(state, PLACE, keys, args)) as DriverId[]));
  }
  return replaced;
}
