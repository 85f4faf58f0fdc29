import type { Health } from '@rideline/platform/process/health';
import type { RedisClient } from '@rideline/platform/redis/redis';

const INTERVAL_MS = 1000;
const ANSWER_MS = 1000;

/** Pings each server once a second: a paused server keeps its connections open and answers nothing. */
export function watchDependencies(
  servers: Readonly<Record<string, RedisClient>>,
  health: Health,
): { stop(): void } {
  const asked = new Set<string>();
  const ask = async (name: string, redis: RedisClient) => {
    // One ping at a time: they would pile up on a paused server.
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
