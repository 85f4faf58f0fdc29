import type { RedisClient } from '@rideline/platform/redis/redis';
import type { Redis } from 'ioredis';
import { holdsId } from '../privacy/replace-id.ts';

/** A search reads a whole Redis with SCAN, not KEYS, and a bounded amount at a time. */
const SCAN_COUNT = 500;
const AT_ONCE = 32;
const STREAM_PAGE = 500;

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

async function streamHolds(redis: RedisClient, key: string, id: string): Promise<boolean> {
  let from = '-';
  for (;;) {
    const entries = await redis.xrange(key, from, '+', 'COUNT', STREAM_PAGE);
    if (entries.some(([, fields]) => fields.some((text) => holdsId(text, id)))) return true;
    const last = entries.at(-1);
    if (entries.length < STREAM_PAGE || last === undefined) return false;
    from = `(${last[0]}`;
  }
}

async function scannedHolds(
  page: (cursor: string) => Promise<[cursor: string, elements: string[]]>,
  id: string,
): Promise<boolean> {
  let cursor = '0';
  do {
    const [next, elements] = await page(cursor);
    if (elements.some((text) => holdsId(text, id))) return true;
    cursor = next;
  } while (cursor !== '0');
  return false;
}

async function keyHolds(redis: RedisClient, key: string, id: string): Promise<boolean> {
  if (holdsId(key, id)) return true;
  switch (await redis.type(key)) {
    case 'string':
      return holdsId((await redis.get(key)) ?? '', id);
    case 'list':
      return (await redis.lrange(key, 0, -1)).some((text) => holdsId(text, id));
    case 'hash':
      return scannedHolds((cursor) => redis.hscan(key, cursor, 'COUNT', SCAN_COUNT), id);
    case 'zset':
      return scannedHolds((cursor) => redis.zscan(key, cursor, 'COUNT', SCAN_COUNT), id);
    case 'set':
      return scannedHolds((cursor) => redis.sscan(key, cursor, 'COUNT', SCAN_COUNT), id);
    case 'stream':
      return streamHolds(redis, key, id);
    default:
      return false;
  }
}

/** Keys of the region that contain the id, in their name or in their value. */
export async function searchRedis(
  redis: RedisClient,
  region: string,
  id: string,
): Promise<{ searched: number; found: string[] }> {
  let searched = 0;
  const found: string[] = [];
  for await (const keys of keysOf(redis, region)) {
    for (let at = 0; at < keys.length; at += AT_ONCE) {
      const some = keys.slice(at, at + AT_ONCE);
      searched += some.length;
      const holds = await Promise.all(some.map((key) => keyHolds(redis, key, id)));
      some.forEach((key, index) => {
        if (holds[index]) found.push(key);
      });
    }
  }
  return { searched, found };
}

/** Removes the region's keys whose name contains the id. @returns their number */
export async function removeNamedKeys(redis: RedisClient, region: string, id: string): Promise<number> {
  let removed = 0;
  for await (const keys of keysOf(redis, region)) {
    for (const key of keys.filter((name) => holdsId(name, id))) removed += await redis.unlink(key);
  }
  return removed;
}
