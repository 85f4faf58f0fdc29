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

/** Told of one limit; who is over it is a sign of trouble long before there are so many. */
const BLOCKED_SHOWN = 100;
/** Keys looked at before the look is given up: a key space of millions must not cost an admin's page minutes. */
const KEYS_LOOKED_AT = 200_000;

export interface LimitUsage extends RequestLimit {
  readonly name: LimitName;
  /** Who has used his window up: `u-<user>`, or `a-` and `n-` with the hash of an address or an account. */
  readonly blocked: { key: string; used: number; resetMs: number }[];
}

/** Every limit as it is in force, and who is over it now. @returns complete: every key was looked at */
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
  let looked = 0;
  for await (const keys of keysOf(state, region, 'rl:*')) {
    looked += keys.length;
    if (looked > KEYS_LOOKED_AT) return { limits, complete: false };
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
