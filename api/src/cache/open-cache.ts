import { cacheChanges, cached } from '@rideline/fleet/redis/redis-keys';
import { type Cache, createCache } from '@rideline/platform/cache/cache';
import type { Logger } from '@rideline/platform/process/logger';
import type { OnStop } from '@rideline/platform/process/stop-phases';
import { openRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import type { ApiConfig } from '../config.ts';
import type { ApiMetrics } from '../metrics.ts';
import { isUnanswered } from '../process/dependency.ts';

/** The caches of this API node: entries over `redis`, changes over a separate subscriber connection. */
export function openCache(parts: {
  config: ApiConfig;
  redis: RedisClient;
  metrics: ApiMetrics;
  log: Logger;
  onStop: OnStop;
}): Cache {
  const { config, redis, metrics, log, onStop } = parts;
  const channel = cacheChanges(config.region);
  const cache = createCache({
    redis,
    keyOf: (prefix, id) => cached(config.region, prefix, id),
    channel,
    ttlMs: { search: config.searchCacheMs, nearby: config.searchCacheMs },
    isSourceAway: isUnanswered,
    metrics,
    onAway: (error) => log.debug({ reason: error.message }, 'the cache does not answer'),
  });
  onStop('work', 'cache', () => cache.stop());
  const listen = (): void => {
    listener.subscribe(channel).then(
      () => cache.listening(true),
      (error: Error) => log.debug({ reason: error.message }, 'subscribing to cache changes failed'),
    );
  };
  const listener = openRedis({
    url: config.redisCacheUrl,
    name: `${config.process}:cache:changes`,
    use: 'subscriber',
    log,
    // Changes may have been missed while disconnected, so the in-process entries are dropped.
    onDown: () => cache.listening(false),
    onUp: () => listen(),
  });
  listener.on('message', (_channel, message: string) => cache.applyChange(message));
  onStop('connections', 'cache changes', () => quitRedis(listener));
  return cache;
}
