import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from './lua-script.ts';

const takeScript = loadLuaScript('take-lease-1');
const releaseScript = loadLuaScript('release-lease-1');

/**
 * Takes or renews a lease, by the clock of Redis. A lease only saves work: its holder may be paused past the end of the lease, so the
 * holder's writes must be safe without it.
 * @returns the fencing token, which rises with every new holder, or null when another member holds the lease
 */
export async function takeLease(
  state: RedisClient,
  key: string,
  holder: string,
  lengthMs: number,
): Promise<number | null> {
  const fence = Number(await runLuaScript(state, takeScript, [key], [holder, lengthMs]));
  return fence === 0 ? null : fence;
}

/** Ends a lease early, if it is still held with this fencing token. */
export async function releaseLease(
  state: RedisClient,
  key: string,
  holder: string,
  fence: number,
): Promise<void> {
  await runLuaScript(state, releaseScript, [key], [holder, fence]);
}
