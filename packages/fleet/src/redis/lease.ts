import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from './lua-script.ts';

const takeScript = loadLuaScript('take-lease-1');
const releaseScript = loadLuaScript('release-lease-1');

/**
 * Takes or renews a lease, by the clock of Redis. A lease saves work and nothing more: its holder may be paused past the end of it, so
 * what it does must be safe without.
 * @returns the fence, which rises with every new holder, or null when somebody else holds the lease
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

/** Ends a lease before its time, if it is still the one with this fence. */
export async function releaseLease(
  state: RedisClient,
  key: string,
  holder: string,
  fence: number,
): Promise<void> {
  await runLuaScript(state, releaseScript, [key], [holder, fence]);
}
