import { withinMs } from '../overload/deadline.ts';
import type { RedisClient } from '../redis/redis.ts';

/** A value with the version of the record that it was read at. */
export interface Versioned<T> {
  readonly version: number;
  readonly value: T;
}

export type Held =
  | { readonly kind: 'value'; readonly version: number; readonly text: string; readonly leftMs: number }
  /** The record has at least this version; its value is not known here. */
  | { readonly kind: 'tombstone'; readonly version: number }
  | { readonly kind: 'nothing' };

/** Longer than any command can be on its way: what was read before a change is refused when it comes after it. */
export const TOMBSTONE_MS = 60_000;
/** A cache that answers more slowly than this is of no use. */
const ANSWER_MS = 300;

/**
 * Sets an entry unless a newer one is held. An entry is `<version>|<text>`; without a text it is a tombstone. A tombstone never replaces the
 * value of its own version. With a channel the change is also told, in the same step.
 * KEYS[1] entry · ARGV[1] version · ARGV[2] text or '' · ARGV[3] life, ms · ARGV[4] channel or '' · ARGV[5] message
 * Returns 1 when it was set, 0 when something newer is held.
 */
const PUT_IF_NEWER = `
local held = redis.call('GET', KEYS[1])
local kept = 0
if held then
  local bar = string.find(held, '|', 1, true)
  local version = tonumber(string.sub(held, 1, bar - 1))
  local given = tonumber(ARGV[1])
  if version > given then return 0 end
  if version == given and ARGV[2] == '' and bar < #held then kept = 1 end
end
if kept == 0 then redis.call('SET', KEYS[1], ARGV[1] .. '|' .. ARGV[2], 'PX', ARGV[3]) end
if ARGV[4] ~= '' then redis.call('PUBLISH', ARGV[4], ARGV[5]) end
return 1
`;

type WithScript = RedisClient & {
  cachePutIfNewer(
    key: string,
    version: number,
    text: string,
    lifeMs: number,
    channel: string,
    message: string,
  ): Promise<number>;
};

/** Entries on the cache Redis. Everything throws when Redis does not answer in time. */
export interface CacheStore {
  get(key: string): Promise<Held>;
  /** @returns whether it was stored: not when something newer is held */
  put(key: string, version: number, text: string, lifeMs: number): Promise<boolean>;
  /** Says that the record has this version now, to who reads the entry and to who listens on `channel`. */
  invalidate(key: string, version: number, told: { channel: string; message: string }): Promise<void>;
}

function heldOf(entry: string | null, leftMs: number): Held {
  if (entry === null) return { kind: 'nothing' };
  const bar = entry.indexOf('|');
  const version = Number(entry.slice(0, bar));
  const text = entry.slice(bar + 1);
  return text === '' ? { kind: 'tombstone', version } : { kind: 'value', version, text, leftMs };
}

export function createCacheStore(redis: RedisClient): CacheStore {
  redis.defineCommand('cachePutIfNewer', { numberOfKeys: 1, lua: PUT_IF_NEWER });
  const client = redis as WithScript;
  return {
    async get(key) {
      const replies = await withinMs(client.pipeline().get(key).pttl(key).exec(), ANSWER_MS);
      const [entry, leftMs] = (replies ?? []).map(([error, reply]) => {
        if (error) throw error;
        return reply;
      });
      return heldOf((entry ?? null) as string | null, Number(leftMs));
    },
    async put(key, version, text, lifeMs) {
      return (await withinMs(client.cachePutIfNewer(key, version, text, lifeMs, '', ''), ANSWER_MS)) === 1;
    },
    async invalidate(key, version, { channel, message }) {
      await withinMs(client.cachePutIfNewer(key, version, '', TOMBSTONE_MS, channel, message), ANSWER_MS);
    },
  };
}
