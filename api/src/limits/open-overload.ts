import {
  type Degradation,
  type OverloadSignal,
  watchOverload,
} from '@rideline/platform/overload/degradation';
import type { EventLoopLag } from '@rideline/platform/process/event-loop-lag';
import type { Health } from '@rideline/platform/process/health';
import type { Logger } from '@rideline/platform/process/logger';
import type { OnStop } from '@rideline/platform/process/stop-phases';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { memoryShare } from '@rideline/platform/redis/redis-memory';
import type { ApiConfig } from '../config.ts';
import type { ApiMetrics } from '../metrics.ts';
import type { Dependency } from '../process/dependency.ts';

/** Thresholds per level: longest wait for a MongoDB connection, ms, and number of waiting calls. */
const POOL_WAIT_MS = [100, 500, 1500] as const;
const POOL_QUEUE = [25, 100, 180] as const;
/**
 * Thresholds of the state Redis' memory use, percent (docs/design/reliability.md, "G8: Degradation"). It evicts nothing: when full, it refuses
 * writes.
 */
const MEMORY_PERCENT = [70, 85, 95] as const;
const MEMORY_EVERY_MS = 5000;

/** Polls the memory use; the last value stays while Redis is unavailable. */
function watchMemory(redis: RedisClient, log: Logger): { percent: () => number; stop: () => void } {
  let percent = 0;
  let asking = false;
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    memoryShare(redis)
      .then(
        (share) => {
          percent = share * 100;
        },
        (error: Error) => log.debug({ reason: error.message }, 'memory use of the state Redis is unknown'),
      )
      .finally(() => {
        asking = false;
      });
  }, MEMORY_EVERY_MS);
  timer.unref();
  return { percent: () => percent, stop: () => clearInterval(timer) };
}

/** The degradation level of this API node, from its event loop, its MongoDB calls, and the memory use of the state Redis. */
export function openOverload(parts: {
  config: ApiConfig;
  lag: EventLoopLag;
  mongo: Dependency;
  state: RedisClient;
  health: Health;
  metrics: ApiMetrics;
  log: Logger;
  onStop: OnStop;
}): Degradation {
  const { config, lag, mongo, state, health, metrics, log, onStop } = parts;
  const memory = watchMemory(state, log);
  onStop('work', 'memory of the state Redis', () => memory.stop());
  const base = config.shedLagMs;
  const signals: OverloadSignal[] = [
    { name: 'event-loop lag', read: lag.p99Ms, at: [base, 2 * base, 4 * base], unit: 'ms' },
    { name: 'wait for Mongo', read: () => mongo.oldestWaitMs, at: POOL_WAIT_MS, unit: 'ms' },
    { name: 'waiting for Mongo', read: () => mongo.waiting, at: POOL_QUEUE, unit: 'calls' },
    { name: 'memory of the state Redis', read: memory.percent, at: MEMORY_PERCENT, unit: '%' },
  ];
  const overload = watchOverload({ signals, metrics, onLevel: (level, why) => health.level(level, why) });
  onStop('work', 'overload', () => overload.stop());
  return overload;
}
