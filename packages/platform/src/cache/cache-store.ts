import { withinMs } from '../overload/deadline.ts';
import type { RedisClient } from '../redis/redis.ts';

/** A value, with the version that its source had when it was read. */
export interface Versioned<T> {
  readonly version: number;
  readonly value: T;
}

export type Held =
  | { readonly kind: 'value'; readonly version: number; readonly text: string; readonly leftMs: number }
  /** The source has at least this version; the cache does not know the value. */
  | { readonly kind: 'tombstone'; readonly version: number }
  | { readonly kind: 'nothing' };

/** Longer than any command can be in flight: a fill that was read before a change and arrives after it is refused. */
export const TOMBSTONE_MS = 60_000;
/** Slower answers count as failures: MongoDB would be as fast. */
const ANSWER_MS = 300;

/**
 * Sets an entry unless a newer one is held. An entry is `<version>|<text>`; without a text it is a tombstone. A tombstone never replaces the
 * value of its own version. With a channel the change is also published, atomically.
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

/** Entries on the cache Redis. Every call throws when Redis does not answer in time. */
export interface CacheStore {
  get(key: string): Promise<Held>;
  /** @returns false when the cache holds a newer version */
  put(key: string, version: number, text: string, lifeMs: number): Promise<boolean>;
  /** Records that the source has this version now, for readers of the entry and for subscribers of `channel`. */
  invalidate(key: string, version: number, notice: { channel: string; message: string }): Promise<void>;
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
