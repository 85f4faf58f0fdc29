import type { Health } from '@rideline/platform/process/health';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { memoryShare } from '@rideline/platform/redis/redis-memory';

const INTERVAL_MS = 1000;
const ANSWER_MS = 1000;

/** Asks each server once a second whether it answers: a paused server keeps its connections open and says nothing. */
export function watchDependencies(
  servers: Readonly<Record<string, RedisClient>>,
  health: Health,
): { stop(): void } {
  const asked = new Set<string>();
  const ask = async (name: string, redis: RedisClient) => {
    // One question at a time: against a paused server they would pile up.
    if (asked.has(name)) return;
    asked.add(name);
    const timer = setTimeout(() => health.degraded(name, `no answer within ${ANSWER_MS} ms`), ANSWER_MS);
    try {
      await redis.ping();
      health.cleared(name);
    } catch (error) {
      health.degraded(name, (error as Error).message);
    } finally {
      clearTimeout(timer);
      asked.delete(name);
    }
  };
  const timer = setInterval(() => {
    for (const [name, redis] of Object.entries(servers)) void ask(name, redis);
  }, INTERVAL_MS);
  return { stop: () => clearInterval(timer) };
}

/** Above it fixes stay on the phones: the log must keep room for what is in it to be read. */
const FULL_SHARE = 0.75;

/** Watches the log's memory once a second and tells when it is nearly full, and when it no longer is. */
export function watchLogMemory(options: {
  redis: RedisClient;
  health: Health;
  onFull: (full: boolean) => void;
  /** Share in use; each second. */
  onShare: (share: number) => void;
  onError: (error: Error) => void;
}): { stop(): void } {
  let asking = false;
  const ask = async () => {
    if (asking) return;
    asking = true;
    try {
      const share = await memoryShare(options.redis);
      const full = share >= FULL_SHARE;
      options.onFull(full);
      options.onShare(share);
      if (full) options.health.degraded('redis-log-memory', `${Math.round(share * 100)} % used`);
      else options.health.cleared('redis-log-memory');
    } catch (error) {
      options.onError(error as Error);
    } finally {
      asking = false;
    }
  };
  const timer = setInterval(() => void ask(), INTERVAL_MS);
  return { stop: () => clearInterval(timer) };
}
