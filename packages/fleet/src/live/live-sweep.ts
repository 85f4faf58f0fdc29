import type { RegionId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { geo, live, polar } from '../redis/redis-keys.ts';

const SWEEP = loadLuaScript('sweep-live-5');
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
