import type { RegionId } from '@rideline/contract';
import {
  LIMIT_NAMES,
  type LimitName,
  type LimitPoints,
  REQUEST_LIMITS,
  type RequestLimit,
} from '@rideline/platform/limits/request-limits';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { requestLimit } from '../redis/redis-keys.ts';
import { keysOf } from '../redis/redis-search.ts';

/** Most blocked keys returned per limit; far fewer are already a sign of trouble. */
const BLOCKED_SHOWN = 100;
/** Most keys read: an admin's page must not take minutes with millions of keys. */
const KEYS_SEARCHED = 200_000;

export interface LimitUsage extends RequestLimit {
  readonly name: LimitName;
  /** Keys over the limit: `u-<user>`, or `a-` and `n-` with the hash of an address or an account. */
  readonly blocked: { key: string; used: number; resetMs: number }[];
}

/** Every limit in force with the keys that are over it now. @returns complete: whether every key was read */
export async function readLimitUsage(
  state: RedisClient,
  region: RegionId,
  points: LimitPoints,
): Promise<{ limits: LimitUsage[]; complete: boolean }> {
  const limits = LIMIT_NAMES.map((name): LimitUsage => {
    const inForce = points[name] ?? REQUEST_LIMITS[name].points;
    return { ...REQUEST_LIMITS[name], name, points: inForce, blocked: [] };
  });
  // The longest prefix first: `sign-in-account` is not a `sign-in`.
  const prefixes = limits
    .map((limit) => ({ limit, prefix: `${requestLimit(region, limit.name)}:` }))
    .sort((one, other) => other.prefix.length - one.prefix.length);
  let searched = 0;
  for await (const keys of keysOf(state, region, 'rl:*')) {
    searched += keys.length;
    if (searched > KEYS_SEARCHED) return { limits, complete: false };
    const counted = await Promise.all(
      keys.map(async (key) => ({
        key,
        known: prefixes.find(({ prefix }) => key.startsWith(prefix)),
        used: Number(await state.get(key)),
        resetMs: await state.pttl(key),
      })),
    );
    for (const { key, known, used, resetMs } of counted) {
      if (known === undefined || known.limit.blocked.length >= BLOCKED_SHOWN) continue;
      if (used > known.limit.points && resetMs > 0)
        known.limit.blocked.push({ key: key.slice(known.prefix.length), used, resetMs });
    }
  }
  return { limits, complete: true };
}
