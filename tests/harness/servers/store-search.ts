import type { Mongo } from '@rideline/platform/mongo/mongo';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { type ObjectStore, openObjectStore } from '@rideline/platform/s3/object-store';

/** Opens the bucket of a cluster. */
export function openTestObjects(env: Readonly<Record<string, string>>): ObjectStore {
  const named = (name: string) => env[name] ?? '';
  return openObjectStore({
    endpoint: named('S3_ENDPOINT'),
    publicEndpoint: named('S3_ENDPOINT'),
    accessKeyId: named('S3_ACCESS_KEY_ID'),
    secretAccessKey: named('S3_SECRET_ACCESS_KEY'),
    bucket: named('S3_BUCKET'),
    region: named('S3_REGION'),
  });
}

/** Searches everything in MongoDB, Redis and S3 for an id, independently of the product's collections, keys and encodings. */
export async function searchAllStores(
  stores: { mongo: Mongo; redis: Readonly<Record<string, RedisClient>>; objects: ObjectStore },
  id: string,
): Promise<string[]> {
  const found: string[] = [];
  const { db } = stores.mongo.connection;
  for (const { name } of (await db?.listCollections().toArray()) ?? []) {
    for await (const document of db?.collection(name).find({}) ?? [])
      if (JSON.stringify(document).includes(id)) found.push(`mongo ${name}`);
  }
  for (const [server, redis] of Object.entries(stores.redis)) {
    for (const key of await redis.keys('*')) {
      if (key.includes(id) || (await textOf(redis, key)).includes(id)) found.push(`redis ${server} ${key}`);
    }
  }
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<ObjectStore['list']>> = await stores.objects.list('', after);
    for (const { key } of page.objects) if (key.includes(id)) found.push(`s3 ${key}`);
    after = page.next;
  } while (after !== null);
  return [...new Set(found)].sort();
}

async function textOf(redis: RedisClient, key: string): Promise<string> {
  const type = await redis.type(key);
  const reads: Record<string, () => Promise<unknown>> = {
    string: () => redis.get(key),
    hash: () => redis.hgetall(key),
    list: () => redis.lrange(key, 0, -1),
    set: () => redis.smembers(key),
    zset: () => redis.zrange(key, '0', '-1'),
    // Packed entries contain ids as text too.
    stream: async () => JSON.stringify(await redis.xrange(key, '-', '+')),
  };
  return JSON.stringify((await reads[type]?.()) ?? '');
}
