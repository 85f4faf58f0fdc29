import type { RedisClient } from '@rideline/platform/redis/redis';
import { Cluster } from 'ioredis';

const INTERVAL_MS = 1000;

export interface LogRestartOptions {
  readonly redis: RedisClient;
  /** A server of the log has restarted: with `appendfsync everysec` a power loss takes up to a second of what was acknowledged. */
  readonly onRestart: () => void;
  readonly onError: (error: Error) => void;
}

/** `run_id` of every master, sorted: Redis has a new one after each start. A failover changes the list as well. */
async function runIds(redis: RedisClient): Promise<string> {
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis];
  const ids = await Promise.all(
    nodes.map(async (node) => /^run_id:(\w+)/m.exec(await node.info('server'))?.[1] ?? ''),
  );
  return ids.sort().join(' ');
}

/** Compares the log's run ids once a second: nothing else notices a restart, since appends go on as if nothing had happened. */
export function watchLogRestart({ redis, onRestart, onError }: LogRestartOptions): { stop(): void } {
  let known: string | undefined;
  let asking = false;
  const ask = async () => {
    if (asking) return;
    asking = true;
    try {
      const now = await runIds(redis);
      if (known !== undefined && known !== now) onRestart();
      known = now;
    } catch (error) {
      onError(error as Error);
    } finally {
      asking = false;
    }
  };
  void ask();
  const timer = setInterval(() => void ask(), INTERVAL_MS);
  return { stop: () => clearInterval(timer) };
}
