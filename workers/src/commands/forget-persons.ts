import type { RegionId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';

const SCAN_KEYS = 500;

async function* keysLike(state: RedisClient, pattern: string): AsyncGenerator<string> {
  for (const node of 'nodes' in state ? state.nodes('master') : [state]) {
    for (let cursor = '0', first = true; first || cursor !== '0'; first = false) {
      const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_KEYS);
      cursor = next;
      yield* keys;
    }
  }
}

/**
 * Before an older state of MongoDB replaces a newer one: removes trips and durable ranges from Redis, which would otherwise count as newer.
 * Sessions, epochs and the live index stay: they belong to current connections.
 */
export async function forgetErased(state: RedisClient, region: RegionId): Promise<void> {
  for await (const key of keysLike(state, `${region}:{t:*`)) await state.unlink(key);
  for await (const key of keysLike(state, `${region}:{d:*}:driver`)) {
    const fields = await state.hkeys(key);
    const outdated = fields.filter(
      (field) =>
        ['trip', 'tripRev', 'queued', 'offer', 'rebuilt'].includes(field) || field.startsWith('durable:'),
    );
    if (outdated.length > 0) await state.hdel(key, ...outdated);
  }
}
