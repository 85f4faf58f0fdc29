import { openDatabase } from '@rideline/fleet/collections';
import { joinCluster } from '@rideline/fleet/redis/cluster-members';
import { claimProcessId } from '@rideline/fleet/redis/process-id';
import { createIdempotency } from '@rideline/fleet/store/idempotency';
import { openProcess } from '@rideline/platform/open-process';
import { openBoardQueues } from '@rideline/platform/queues/queue-board';
import { openAccounts } from './accounts/open-accounts.ts';
import { queueBoard } from './admin/board-routes.ts';
import { createBoardSessions } from './admin/board-sessions.ts';
import { createApp } from './app.ts';
import { createLastAnswers } from './cache/last-answers.ts';
import { openCache } from './cache/open-cache.ts';
import { warmUp } from './catalogue/catalogue-reading.ts';
import { apiConfig } from './config.ts';
import { openDeadLetterSources } from './dead-letters/dead-letter-sources.ts';
import { openDocuments } from './documents/open-documents.ts';
import { createFixIngest } from './drivers/fix-ingest.ts';
import { listen } from './http/http-server.ts';
import { createAdmission } from './limits/admission.ts';
import { openRequestLimiter } from './limits/open-limiter.ts';
import { openOverload } from './limits/open-overload.ts';
import { API_METRICS } from './metrics.ts';
import type { ApiProcess } from './process/api-process.ts';
import { openDependencies } from './process/dependency.ts';
import { openServers } from './process/servers.ts';
import { allRoutes } from './routes.ts';
import { watchCluster } from './service/cluster-watch.ts';
import { watchRestore } from './service/restore-watch.ts';

/** Event-loop lag p99 above which the balancer should use another node. */
const LAG_LIMIT_MS = 500;

/** The queues of the board, opened at the first visit of an admin. */
function openQueues({ config, metrics, log, onStop }: ApiProcess) {
  const { redisStateUrl: url, region, process: owner } = config;
  const opened = openBoardQueues({ url, region, owner, metrics, log });
  onStop('connections', 'queue board', () => opened.close());
  return opened.queues;
}

async function start(api: ApiProcess): Promise<void> {
  const { config, clock, lag, health, metrics, log, onStop } = api;
  const keys = await api.openTokenKeys();
  const { state, logRedis, cacheRedis, mongo } = await openServers(api);
  await claimProcessId({ ...api, state });
  await joinCluster({ ...api, state }, ['api']);
  const dependencies = openDependencies({ health, metrics, openMs: config.breakerOpenMs });
  const overload = openOverload({
    config,
    lag,
    dependencies,
    state,
    health,
    metrics,
    log,
    onStop,
  });
  const db = openDatabase(mongo);
  const cache = openCache({ config, redis: cacheRedis, metrics, log, onStop });
  const lastAnswers = createLastAnswers({
    redis: cacheRedis,
    region: config.region,
    wallMs: clock.wallMs,
    metrics,
  });
  const accounts = await openAccounts({
    config,
    keys,
    clock,
    db,
    cache,
    state,
    health,
    metrics,
    log,
    onStop,
  });
  const fixes = createFixIngest({ config, clock, logRedis, state, metrics, log });
  onStop('flush', 'fixes', () => fixes.close(config.shutdownMs / 4));

  const deadLetters = openDeadLetterSources({ config, logRedis, metrics, log });
  onStop('connections', 'dead letters', async () => {
    await Promise.all(deadLetters.map((source) => source.close()));
  });

  const documents = openDocuments({ config, dependencies, db, state, clock, metrics, log, onStop });

  const { region, allowedOrigins, dashboardDir, appsDir } = config;
  const limiter = openRequestLimiter({ config, state, metrics, log, onStop });
  const admission = createAdmission(limiter);
  const cluster = watchCluster({
    state,
    region,
    health,
    onError: (error) => log.debug({ reason: error.message }, 'the processes that run are not known'),
  });
  onStop('work', 'cluster watch', () => cluster.stop());
  const restore = watchRestore({
    db,
    health,
    wallMs: () => clock.wallMs(),
    onError: (error) => log.debug({ reason: error.message }, 'whether a restore is unfinished is not known'),
  });
  onStop('work', 'restore watch', () => restore.stop());
  const boards = createBoardSessions({ state, region, secure: config.production });
  const routes = allRoutes({
    boards,
    config,
    keys,
    accounts,
    clock,
    health,
    state,
    db,
    dependencies,
    fixes,
    deadLetters,
    documents,
    limiter,
    cache,
    lastAnswers,
    metrics,
    log,
  });
  await warmUp({ mongo: dependencies.mongo, db, cache, region, clock }, (error) =>
    log.info({ reason: error.message }, 'a cache starts cold'),
  );
  const idempotency = createIdempotency({ db, region, clock, log });
  const app = createApp({
    idempotency,
    admission,
    levels: overload.levels,
    onShed: (limit) => metrics.shed_total.inc({ limit }),
    onUnpresentable: (route, document, error) => {
      metrics.unpresentable_documents_total.inc({ route });
      log.error({ route, document, reason: error.message }, 'a stored document cannot be presented');
    },
    routes,
    keys,
    revocations: accounts.revocations,
    board: queueBoard({
      redis: dependencies.redis,
      boards,
      revocations: accounts.revocations,
      open: () => openQueues(api),
    }),
    region,
    log,
    metrics,
    allowedOrigins,
    dashboardDir,
    appsDir,
    pictureOrigin: config.s3 && new URL(config.s3.publicEndpoint).origin,
  });
  const server = await listen(app.callback(), config);
  onStop('drain', 'http server', () => server.close(config.shutdownMs / 2));
  health.listening();
  log.info({ port: server.port, innerPort: api.innerPort }, 'listening');
}

await openProcess(
  { kind: 'api', config: apiConfig, metrics: () => API_METRICS, lagLimitMs: LAG_LIMIT_MS },
  start,
);
