import { Cluster } from 'ioredis';
import type { RedisClient } from './redis.ts';

const memoryField = (info: string, field: string) =>
  Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);

/** Memory use of the fullest node, as a share of its limit; 0 without a limit. */
export async function memoryShare(redis: RedisClient): Promise<number> {
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis];
  const shares = await Promise.all(
    nodes.map(async (node) => {
      const info = await node.info('memory');
      const limit = memoryField(info, 'maxmemory');
      return limit === 0 ? 0 : memoryField(info, 'used_memory') / limit;
    }),
  );
  return Math.max(0, ...shares);
}
