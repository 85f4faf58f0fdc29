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
import type { Dependencies, Dependency } from '../process/dependency.ts';

/** Levels that a dependency demands. */
interface DependencyThresholds {
  readonly label: string;
  /** Longest wait for a slot, ms; calls get BulkheadFull after 2,000. */
  readonly waitMs: OverloadSignal['at'];
  /** Waiting calls; below the maximum in dependency.ts. */
  readonly waiting: OverloadSignal['at'];
  /** While its circuit is open. */
  readonly lost: 1 | 2;
}

const WAIT_MS = [100, 500, 1500] as const;
/**
 * Without MongoDB nearly everything that is not critical would fail. Without the state Redis most of it works, so only lists wait. The object
 * store is no signal: only documents need it, and shedding anything else would not help it (docs/decisions/0153-open-circuits-shed-and-last-answers.md).
 */
const THRESHOLDS: Readonly<Record<'mongo' | 'redis', DependencyThresholds>> = {
  mongo: { label: 'MongoDB', waitMs: WAIT_MS, waiting: [25, 100, 180], lost: 2 },
  redis: { label: 'the state Redis', waitMs: WAIT_MS, waiting: [125, 500, 900], lost: 1 },
};
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

function signalsOf(
  dependency: Dependency,
  { label, waitMs, waiting, lost }: DependencyThresholds,
): OverloadSignal[] {
  const whenLost = lost === 1 ? ([1, Infinity, Infinity] as const) : ([1, 1, Infinity] as const);
  return [
    { name: `wait for ${label}`, read: () => dependency.oldestWaitMs, at: waitMs, unit: 'ms' },
    { name: `waiting for ${label}`, read: () => dependency.waiting, at: waiting, unit: 'calls' },
    { name: `open circuit to ${label}`, read: () => Number(dependency.isLost), at: whenLost, lost: true },
  ];
}

/** The degradation level of this API node, from its event loop, its dependencies, and the memory use of the state Redis. */
export function openOverload(parts: {
  config: ApiConfig;
  lag: EventLoopLag;
  dependencies: Pick<Dependencies, 'mongo' | 'redis'>;
  state: RedisClient;
  health: Health;
  metrics: ApiMetrics;
  log: Logger;
  onStop: OnStop;
}): Degradation {
  const { config, lag, dependencies, state, health, metrics, log, onStop } = parts;
  const memory = watchMemory(state, log);
  onStop('work', 'memory of the state Redis', () => memory.stop());
  const base = config.shedLagMs;
  const signals: OverloadSignal[] = [
    { name: 'event-loop lag', read: lag.p99Ms, at: [base, 2 * base, 4 * base], unit: 'ms' },
    ...signalsOf(dependencies.mongo, THRESHOLDS.mongo),
    ...signalsOf(dependencies.redis, THRESHOLDS.redis),
    { name: 'memory of the state Redis', read: memory.percent, at: MEMORY_PERCENT, unit: '%' },
  ];
  const overload = watchOverload({ signals, metrics, onLevel: (level, why) => health.level(level, why) });
  onStop('work', 'overload', () => overload.stop());
  return overload;
}
