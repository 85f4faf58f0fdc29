import type { Health } from '@rideline/platform/process/health';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { memoryShare } from '@rideline/platform/redis/redis-memory';

const INTERVAL_MS = 1000;
/** Share of the log's memory above which fixes stay on the phones: history must still be able to read what is in the log. */
const FULL_SHARE = 0.75;

/** Reads the log's memory usage once a second and reports whether it is nearly full. */
export function watchLogMemory(options: {
  redis: RedisClient;
  health: Health;
  /** Called each second. */
  onFull: (full: boolean) => void;
  /** Called each second with the share in use. */
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
