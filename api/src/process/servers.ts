import { type Mongo, openMongo } from '@rideline/platform/mongo/mongo';
import type { Health } from '@rideline/platform/process/health';
import type { Logger } from '@rideline/platform/process/logger';
import type { OnStop } from '@rideline/platform/process/service';
import { openRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import type { ApiConfig } from '../config.ts';
import type { ApiMetrics } from '../metrics.ts';

/** Wait for the first connections at the start: a node that is ready should be able to answer, one without servers still starts. */
const FIRST_CONNECTIONS_MS = 2000;

export interface Servers {
  readonly state: RedisClient;
  readonly logRedis: RedisClient;
  readonly cacheRedis: RedisClient;
  readonly mongo: Mongo;
}

/** Whether a dependency was up once; `health` tells whether it is now. */
function watchedBy(health: Health, dependency: string) {
  const { promise: wasUp, resolve } = Promise.withResolvers<void>();
  return {
    wasUp,
    onDown: (reason: string) => health.degraded(dependency, reason),
    onUp: () => {
      health.cleared(dependency);
      resolve();
    },
  };
}

/** The servers that the API asks. It starts and stays ready without them: each one that is away is a reason in /health. */
export async function openServers(parts: {
  config: ApiConfig;
  health: Health;
  metrics: ApiMetrics;
  log: Logger;
  onStop: OnStop;
}): Promise<Servers> {
  const { config, health, metrics, log, onStop } = parts;
  const waits: Promise<void>[] = [];
  const redis = (name: string, url: string, use: 'command' | 'publisher' = 'command'): RedisClient => {
    const { wasUp, ...watched } = watchedBy(health, `redis-${name}`);
    waits.push(wasUp);
    const client = openRedis({ url, name: `${config.process}:${name}`, use, log, ...watched });
    onStop(`redis ${name}`, () => quitRedis(client));
    return client;
  };
  const state = redis('state', config.redisStateUrl);
  const logRedis = redis('log', config.redisLogUrl);
  const cacheRedis = redis('cache', config.redisCacheUrl, 'publisher');
  const { wasUp, ...watched } = watchedBy(health, 'mongo');
  waits.push(wasUp);
  const mongo = openMongo({ uri: config.mongodbUri, name: config.process, log, metrics, ...watched });
  onStop('mongo', () => mongo.close());

  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, FIRST_CONNECTIONS_MS);
  await Promise.race([Promise.all(waits), enough]);
  clearTimeout(timer);
  return { state, logRedis, cacheRedis, mongo };
}
