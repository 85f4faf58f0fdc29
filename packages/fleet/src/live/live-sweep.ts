import type { DriverId, RegionId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { conn, DRIVER_TTL_SECONDS, driver, geo, live, polar } from '../redis/redis-keys.ts';

const SWEEP = loadLuaScript('sweep-live-5');
const FORGET = loadLuaScript('forget-connections-2');
/** Drivers in one call: bounds how long the script holds the server. */
const DRIVERS_PER_CALL = 500;

/**
 * One pass over a part of the live index: drivers whose newest fix was received at or before `cutoffMs` (wall) are removed. `cursor` walks
 * the `live` hash, which also holds drivers that went offline; '0' begins and ends a round.
 */
export async function sweepLiveIndex(
  state: RedisClient,
  region: RegionId,
  cutoffMs: number,
  cursor: string,
): Promise<{ removed: number; cursor: string }> {
  const [next, flat] = await state.hscan(live(region), cursor, 'COUNT', DRIVERS_PER_CALL);
  const ids = flat.filter((_, index) => index % 2 === 0);
  const keys = [
    live(region),
    ...(['available', 'busy'] as const).flatMap((status) => [geo(region, status), polar(region, status)]),
  ];
  const removed = await runLuaScript(state, SWEEP, keys, [cutoffMs, ...ids]);
  return { removed: Number(removed), cursor: next };
}

/** What TTL answers for a key that is absent, and for one without a TTL. */
const ABSENT = -2;
const WITHOUT_TTL = -1;

/**
 * One pass over a part of the connection epochs: those of drivers whose hash has expired are removed, since such a driver has had no
 * connection for longer than any older connection can live. A hash without a TTL, written before driver hashes had one, gets it.
 * `cursor` as in `sweepLiveIndex`.
 */
export async function sweepConnections(
  state: RedisClient,
  region: RegionId,
  cursor: string,
): Promise<{ removed: number; cursor: string }> {
  const [next, flat] = await state.hscan(conn(region), cursor, 'COUNT', DRIVERS_PER_CALL);
  const ids = flat.filter((_, index) => index % 2 === 0) as DriverId[];
  const ttls = await Promise.all(ids.map((id) => state.ttl(driver(region, id))));
  const endless = ids.filter((_, index) => ttls[index] === WITHOUT_TTL);
  await Promise.all(endless.map((id) => state.expire(driver(region, id), DRIVER_TTL_SECONDS)));
  const gone = ids.flatMap((id, index) =>
    ttls[index] === ABSENT ? [id, flat[2 * index + 1] as string] : [],
  );
  if (gone.length === 0) return { removed: 0, cursor: next };
  const removed = await runLuaScript(state, FORGET, [conn(region), live(region)], gone);
  return { removed: Number(removed), cursor: next };
}
