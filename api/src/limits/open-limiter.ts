import { watchNodeCount } from '@rideline/fleet/redis/node-count';
import { requestLimit } from '@rideline/fleet/redis/redis-keys';
import { createRequestLimiter, type RequestLimiter } from '@rideline/platform/limits/request-limiter';
import type { Logger } from '@rideline/platform/process/logger';
import type { OnStop } from '@rideline/platform/process/stop-phases';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { ApiConfig } from '../config.ts';
import type { ApiMetrics } from '../metrics.ts';

/** Opens the limiter of this API node and registers the node among those that share the budgets. */
export function openRequestLimiter(parts: {
  config: ApiConfig;
  state: RedisClient;
  metrics: ApiMetrics;
  log: Logger;
  onStop: OnStop;
}): RequestLimiter {
  const { config, state, metrics, log } = parts;
  const { region } = config;
  const nodes = watchNodeCount({
    redis: state,
    region,
    role: 'api',
    member: config.process,
    onCount: (count) => metrics.request_limit_nodes.set(count),
    onError: (error) => log.debug({ reason: error.message }, 'API nodes could not be counted'),
  });
  parts.onStop('work', 'node count', nodes.stop);
  return createRequestLimiter({
    redis: state,
    prefixOf: (limit) => requestLimit(region, limit),
    points: config.requestLimits,
    nodes: nodes.count,
    metrics,
    onAway: (error) => log.warn({ reason: error.message }, 'limits are counted on this node only'),
  });
}
