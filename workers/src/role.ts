import type { Notice } from '@rideline/fleet/notifications/notification-queue';
import type { Database } from '@rideline/fleet/store/database';
import { createTripStore, type TripStore } from '@rideline/fleet/trips/trip-store';
import type { MetricsOf, MetricTable } from '@rideline/platform/metrics/metric-table';
import type { Metrics } from '@rideline/platform/metrics/metrics';
import type { Clock } from '@rideline/platform/process/clock';
import type { Health } from '@rideline/platform/process/health';
import type { Logger } from '@rideline/platform/process/logger';
import type { OnStop } from '@rideline/platform/process/stop-phases';
import { openRedis, type RedisClient } from '@rideline/platform/redis/redis';
import type { WorkerConfig } from './config.ts';

/** Dependencies of every role. */
export interface RoleParts<RoleMetrics = Metrics> {
  readonly config: WorkerConfig;
  readonly clock: Clock;
  readonly metrics: RoleMetrics;
  readonly health: Health;
  readonly logger: Logger;
  readonly onStop: OnStop;
  readonly db: Database;
  readonly log: RedisClient;
  readonly state: RedisClient;
  readonly cache: RedisClient;
  /** The region's current setting. */
  readonly retentionDays: () => number;
  /** Queues a notification; rejects on failure. */
  readonly notify: (notice: Notice) => Promise<void>;
  readonly notifyOfDocument: (notice: Notice) => Promise<void>;
}

/** One role of a workers process. It wires itself, and registers its stop steps with `onStop`. */
export interface Role {
  readonly metrics: MetricTable;
  start(parts: RoleParts): Promise<void> | void;
}

export function defineRole<const Table extends MetricTable>(role: {
  metrics: Table;
  start(parts: RoleParts<Metrics & MetricsOf<Table>>): Promise<void> | void;
}): Role {
  // main.ts registers the tables of the roles that it starts, so that each is given its metrics.
  return role as unknown as Role;
}

/** A defect in a role: the process stops in order, with exit code 1, and the next one continues what it held. */
export function onFatal(error: Error): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** A separate connection for blocking reads. */
export function openReader(
  { config, logger: log }: RoleParts,
  server: 'log' | 'state',
  purpose: string,
  onDown?: () => void,
): RedisClient {
  const url = server === 'log' ? config.redisLogUrl : config.redisStateUrl;
  const name = `${config.process}:${purpose}`;
  return openRedis({ url, name, use: 'blocking', log, ...(onDown ? { onDown } : {}) });
}

export function tripStoreOf({ config, db, state, clock, logger }: RoleParts): TripStore {
  const { region, searchBudgetMs, silence } = config;
  return createTripStore({
    db,
    state,
    region,
    clock,
    searchBudgetMs,
    silence,
    onHintLost: (error) => logger.warn({ reason: error.message }, "hint of a trip's change is lost"),
  });
}
