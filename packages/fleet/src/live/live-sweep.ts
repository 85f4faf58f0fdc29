import type { RegionId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { geo, live, polar } from '../redis/redis-keys.ts';

const SWEEP = loadLuaScript('sweep-live-5');
/** Drivers in one call: bounds how long the script holds the server. */
const DRIVERS_PER_CALL = 500;

/**
 * One pass over a part of the live index: drivers who were not heard of since `cutoffMs` (wall) leave it. `cursor` walks the `live` hash,
 * which also holds those who went offline; '0' begins and ends a round.
 */
export async function sweepLiveIndex(
  state: RedisClient,
  region: RegionId,
  cutoffMs: number,
  cursor: string,
): Promise<{ left: number; cursor: string }> {
  const [next, flat] = await state.hscan(live(region), cursor, 'COUNT', DRIVERS_PER_CALL);
  const ids = flat.filter((_, index) => index % 2 === 0);
  const keys = [
    live(region),
    ...(['available', 'busy'] as const).flatMap((status) => [geo(region, status), polar(region, status)]),
  ];
  const left = await runLuaScript(state, SWEEP, keys, [cutoffMs, ...ids]);
  return { left: Number(left), cursor: next };
}
