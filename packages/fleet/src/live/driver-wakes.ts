import type { DriverId, RegionId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { driverWakes } from '../redis/redis-keys.ts';

const WAKE = loadLuaScript('wake-driver-1');
/** Pushes of one silence: with 3 min between the first two, at 0, 3, 9, 21 and 45 min. Phone makers throttle what is woken more often. */
export const WAKES_PER_SILENCE = 5;
/** Longer than any ride. */
const TTL_SECONDS = 24 * 3600;

/**
 * Whether the phone of a driver who is silent on a trip is to be woken now; counts the push.
 * @param silence.fixAtMs when the last fix was received, wall ms; null when the live index has forgotten it
 * @param silence.everyMs shortest wait between two pushes, doubled with each push of the silence
 */
export async function takeWake(
  state: RedisClient,
  region: RegionId,
  driverId: DriverId,
  silence: { readonly fixAtMs: number | null; readonly nowMs: number; readonly everyMs: number },
): Promise<boolean> {
  const { fixAtMs, nowMs, everyMs } = silence;
  const args = [fixAtMs ?? '', Math.round(nowMs), everyMs, WAKES_PER_SILENCE, TTL_SECONDS];
  return (await runLuaScript(state, WAKE, [driverWakes(region, driverId)], args)) === 1;
}

/** The push was not queued: it is due at once. */
export async function giveWakeBack(state: RedisClient, region: RegionId, driverId: DriverId): Promise<void> {
  await state.hset(driverWakes(region, driverId), 'nextAt', 0);
}
