import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@rideline/fleet/collections';
import { createNotifier } from '@rideline/fleet/notifications/notification-queue';
import { joinCluster } from '@rideline/fleet/redis/cluster-members';
import { claimProcessId } from '@rideline/fleet/redis/process-id';
import { watchRegion } from '@rideline/fleet/settings/region-settings';
import type { Database } from '@rideline/fleet/store/database';
import { assertIndexes, IndexError } from '@rideline/fleet/store/migrations';
import type { MetricTable } from '@rideline/platform/metrics/metric-table';
import { type OpenProcess, openProcess } from '@rideline/platform/open-process';
import { openQueue } from '@rideline/platform/queues/queues';
import { whenReady } from '@rideline/platform/redis/redis';
import { type WorkerRole, type WorkerSettings, workerConfig } from './config.ts';
import type { Role, RoleParts } from './role.ts';

type WorkersProcess = OpenProcess<WorkerSettings, MetricTable>;

/** Event-loop lag p99 above which the process is not ready, ms. */
const LAG_LIMIT_MS = 1000;
const MONGO_RETRY_MS = 500;

/** A role's code is loaded only when the role is enabled. */
const ROLES: Readonly<Record<WorkerRole, () => Promise<{ default: Role }>>> = {
  history: () => import('./history/role.ts'),
  matching: () => import('./matching/role.ts'),
  relay: () => import('./relay/role.ts'),
  sweepers: () => import('./sweepers/role.ts'),
  notifications: () => import('./notifications/role.ts'),
  documents: () => import('./documents/role.ts'),
};

async function loadRoles(names: readonly WorkerRole[]): Promise<Role[]> {
  return Promise.all(names.map(async (name) => (await ROLES[name]()).default));
}

/** Waits for all three Redis servers and for MongoDB. */
async function openServers(workers: WorkersProcess) {
  const { openRedis, openMongo, health, log: logger, onStop } = workers;
  const [log, state, cache] = [openRedis('log'), openRedis('state'), openRedis('cache')];
  const db = openDatabase(openMongo());
  await whenReady(log, state, cache);
  await claimProcessId({ ...workers, state });
  await joinCluster({ ...workers, state }, workers.config.roles);
  const stopping = new AbortController();
  onStop('admission', 'wait for MongoDB', () => stopping.abort(new Error('stopping')));
  await checkIndexes(db, stopping.signal, (error) => health.degraded('mongo', error.message), logger);
  return { log, state, cache, db };
}

/** Waits until MongoDB answers, then compares its indexes. @throws IndexError */
async function checkIndexes(
  db: Database,
  signal: AbortSignal,
  onAway: (error: Error) => void,
  logger: WorkersProcess['log'],
): Promise<void> {
  for (;;) {
    try {
      return await assertIndexes(db, logger);
    } catch (error) {
      if (error instanceof IndexError) throw error;
      onAway(error as Error);
      await sleep(MONGO_RETRY_MS, undefined, { signal });
    }
  }
}

function openNotifiers({ config, metrics, log, onStop }: WorkersProcess) {
  const { region, process: owner, redisStateUrl: url } = config;
  const queue = openQueue({ url, region, name: 'notification', owner, metrics, log });
  onStop('connections', 'notification queue', () => queue.close());
  return {
    notify: createNotifier(queue, region),
    notifyOfDocument: createNotifier(queue, region, 'document-processed'),
  };
}

async function start(workers: WorkersProcess): Promise<void> {
  const { config, clock, metrics, health, log: logger, onStop } = workers;
  const servers = await openServers(workers);
  const settings = await watchRegion({
    db: servers.db,
    region: config.region,
    defaults: config,
    onFailure: (error) => logger.warn({ reason: error.message }, "the region's settings stay as they were"),
  });
  onStop('work', 'settings', () => settings.stop());
  const { retentionDays } = settings;
  const notifiers = openNotifiers(workers);
  const parts: RoleParts = {
    config,
    clock,
    metrics,
    health,
    logger,
    onStop,
    ...servers,
    ...notifiers,
    retentionDays,
  };
  for (const role of await loadRoles(config.roles)) await role.start(parts);
  health.listening();
  logger.info({ innerPort: workers.innerPort, roles: config.roles }, 'working');
}

await openProcess(
  {
    kind: 'workers',
    config: workerConfig,
    metrics: async ({ roles }): Promise<MetricTable> =>
      Object.assign({}, ...(await loadRoles(roles)).map((role) => role.metrics)),
    lagLimitMs: LAG_LIMIT_MS,
  },
  start,
);
