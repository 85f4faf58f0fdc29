import type { RedisClient } from '@rideline/platform/redis/redis';
import type { Redis } from 'ioredis';

/** A search reads a whole Redis with SCAN, not KEYS, and a bounded amount at a time. */
const SCAN_COUNT = 500;
const AT_ONCE = 32;
const STREAM_PAGE = 500;

/** Whether a text is one that is searched for. */
type Holds = (text: string) => boolean;

function nodesOf(redis: RedisClient): Redis[] {
  return 'nodes' in redis ? redis.nodes('master') : [redis as Redis];
}

/** Names of the region's keys, in pages. */
export async function* keysOf(redis: RedisClient, region: string, pattern = '*'): AsyncGenerator<string[]> {
  for (const node of nodesOf(redis)) {
    let cursor = '0';
    do {
      const [next, keys] = await node.scan(cursor, 'MATCH', `${region}:${pattern}`, 'COUNT', SCAN_COUNT);
      cursor = next;
      if (keys.length > 0) yield keys;
    } while (cursor !== '0');
  }
}

async function streamHolds(redis: RedisClient, key: string, holds: Holds): Promise<boolean> {
  let from = '-';
  for (;;) {
    const entries = await redis.xrange(key, from, '+', 'COUNT', STREAM_PAGE);
    if (entries.some(([, fields]) => fields.some((text) => holds(text)))) return true;
    const last = entries.at(-1);
    if (entries.length < STREAM_PAGE || last === undefined) return false;
    from = `(${last[0]}`;
  }
}

async function scannedHolds(
  page: (cursor: string) => Promise<[cursor: string, elements: string[]]>,
  holds: Holds,
): Promise<boolean> {
  let cursor = '0';
  do {
    const [next, elements] = await page(cursor);
    if (elements.some((text) => holds(text))) return true;
    cursor = next;
  } while (cursor !== '0');
  return false;
}

async function keyHolds(redis: RedisClient, key: string, holds: Holds): Promise<boolean> {
  if (holds(key)) return true;
  switch (await redis.type(key)) {
    case 'string':
      return holds((await redis.get(key)) ?? '');
    case 'list':
      return (await redis.lrange(key, 0, -1)).some((text) => holds(text));
    case 'hash':
      return scannedHolds((cursor) => redis.hscan(key, cursor, 'COUNT', SCAN_COUNT), holds);
    case 'zset':
      return scannedHolds((cursor) => redis.zscan(key, cursor, 'COUNT', SCAN_COUNT), holds);
    case 'set':
      return scannedHolds((cursor) => redis.sscan(key, cursor, 'COUNT', SCAN_COUNT), holds);
    case 'stream':
      return streamHolds(redis, key, holds);
    default:
      return false;
  }
}

/** Keys of the region for which `holds` is true of the name or of a part of the value. */
export async function searchRedis(
  redis: RedisClient,
  region: string,
  holds: Holds,
): Promise<{ searched: number; found: string[] }> {
  let searched = 0;
  const found: string[] = [];
  for await (const keys of keysOf(redis, region)) {
    for (let at = 0; at < keys.length; at += AT_ONCE) {
      const some = keys.slice(at, at + AT_ONCE);
      searched += some.length;
      const held = await Promise.all(some.map((key) => keyHolds(redis, key, holds)));
      some.forEach((key, index) => {
        if (held[index]) found.push(key);
      });
    }
  }
  return { searched, found };
}

/** Removes the region's keys for whose name `holds` is true. @returns their number */
export async function removeNamedKeys(redis: RedisClient, region: string, holds: Holds): Promise<number> {
  let removed = 0;
  for await (const keys of keysOf(redis, region)) {
    const counts = await Promise.all(keys.filter((name) => holds(name)).map((key) => redis.unlink(key)));
    removed += counts.reduce((sum, count) => sum + count, 0);
  }
  return removed;
}
