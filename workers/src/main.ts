import { setTimeout as sleep } from 'node:timers/promises';
import { revocationKeptMs } from '@rideline/fleet/accounts/session-rules';
import { openDatabase } from '@rideline/fleet/collections';
import { createDocumentStore, type DocumentStore } from '@rideline/fleet/documents/document-store';
import { openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import { createDriverClaims } from '@rideline/fleet/live/driver-claims';
import { createLiveSearch } from '@rideline/fleet/live/live-search';
import { createEtaTable, type EtaTable } from '@rideline/fleet/matching/eta-table';
import { createNotifier, type Notice } from '@rideline/fleet/notifications/notification-queue';
import type { ErasureParts } from '@rideline/fleet/privacy/erasure-parts';
import { watchRegion } from '@rideline/fleet/settings/region-settings';
import type { Database } from '@rideline/fleet/store/database';
import { assertIndexes, IndexError } from '@rideline/fleet/store/migrations';
import type { TripRelay } from '@rideline/fleet/trips/trip-relay';
import { createTripStore, type TripStore } from '@rideline/fleet/trips/trip-store';
import { clockFromConfig, loadConfig } from '@rideline/platform/config/config';
import { createMetrics } from '@rideline/platform/metrics/metrics';
import { openMongo } from '@rideline/platform/mongo/mongo';
import type { Clock } from '@rideline/platform/process/clock';
import { watchEventLoopLag } from '@rideline/platform/process/event-loop-lag';
import { createHealth, type Health } from '@rideline/platform/process/health';
import { startInnerServer } from '@rideline/platform/process/inner-server';
import { createLogger } from '@rideline/platform/process/logger';
import { type OnStop, runService } from '@rideline/platform/process/service';
import { openQueueJobs } from '@rideline/platform/queues/queue-jobs';
import { openQueuePurge } from '@rideline/platform/queues/queue-purge';
import { openQueue } from '@rideline/platform/queues/queues';
import { connectRedis, openRedis, quitRedis, type RedisClient } from '@rideline/platform/redis/redis';
import { openObjectStore } from '@rideline/platform/s3/object-store';
import { type WorkerConfig, type WorkerRole, workerConfig } from './config.ts';
import { startDocuments } from './documents/role.ts';
import { startHistory } from './history/role.ts';
import { startOfferTimers } from './matching/offer-timers.ts';
import { pickupWarning } from './matching/pickup-warning.ts';
import { startMatching } from './matching/role.ts';
import { WORKER_METRICS, type WorkerMetrics } from './metrics.ts';
import { startNotifications } from './notifications/role.ts';
import { ensureHintGroup, startRelay } from './relay/role.ts';
import { startExpiryWatch } from './sweepers/document-expiry.ts';
import { startDocumentSweeper } from './sweepers/document-sweeper.ts';
import { startErasures } from './sweepers/erasures.ts';
import { startSweepers } from './sweepers/role.ts';

const LAG_LIMIT_MS = 1000;
const RECORD_RETRY_MS = 500;
/** Of RIDELINE_SHUTDOWN_MS: what a role may take to finish what it holds. The rest is for the connections. */
const ROLE_STOP_SHARE = 0.7;

const config = loadConfig(process.env, 'workers', workerConfig);
const logger = createLogger({ process: config.process, level: config.logLevel });

/** A defect in a role: the process ends in order, with exit code 1, and what it held is taken up again by the next. */
function onFatal(error: Error): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** Waits until Mongo answers, then compares its indexes. @throws IndexError */
async function checkRecord(db: Database, health: Health, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await assertIndexes(db, logger);
    } catch (error) {
      if (error instanceof IndexError) throw error;
      health.degraded('mongo', (error as Error).message);
      await sleep(RECORD_RETRY_MS, undefined, { signal });
    }
  }
}

/** Waits for all three Redis servers; Mongo connects when it can. */
async function openServers(config: WorkerConfig, health: Health, onStop: OnStop) {
  const watched = (dependency: string) => ({
    onDown: (reason: string) => health.degraded(dependency, reason),
    onUp: () => health.cleared(dependency),
  });
  const mongo = openMongo({ uri: config.mongodbUri, name: config.process, log: logger, ...watched('mongo') });
  onStop('mongo', () => mongo.close());
  const connect = async (server: 'log' | 'state' | 'cache', url: string) => {
    const name = `redis-${server}`;
    const client = await connectRedis({
      url,
      name: `${config.process}:${server}`,
      use: 'command',
      log: logger,
      ...watched(name),
    });
    onStop(name, () => quitRedis(client));
    return client;
  };
  const log = await connect('log', config.redisLogUrl);
  const state = await connect('state', config.redisStateUrl);
  const cache = await connect('cache', config.redisCacheUrl);
  return { log, state, cache, mongo };
}

/** What every role works with. */
interface Parts {
  readonly clock: Clock;
  readonly metrics: WorkerMetrics;
  readonly health: Health;
  readonly db: Database;
  readonly log: RedisClient;
  readonly state: RedisClient;
  readonly cache: RedisClient;
  /** Of the region, as it is now. */
  readonly retentionDays: () => number;
  /** Puts a notification into its queue; rejects when it could not. */
  readonly notify: (notice: Notice) => Promise<void>;
  readonly notifyOfDocument: (notice: Notice) => Promise<void>;
}

async function runHistory(parts: Parts, onStop: OnStop): Promise<void> {
  const history = await startHistory({
    ...parts,
    consumer: config.process,
    streams: await openFixStreams(parts.log, config.region, config.fixShards),
    blockMs: config.historyBlockMs,
    retentionDays: parts.retentionDays,
    openReader: (shard, onDown) => openReader(config.redisLogUrl, `reader-${shard}`, onDown),
    logger,
    onFatal,
  });
  onStop('history', () => history.stop(config.shutdownMs * ROLE_STOP_SHARE));
}

function createDesk({ db, state, clock }: Parts): TripStore {
  const { region, searchBudgetMs } = config;
  return createTripStore({
    db,
    state,
    region,
    clock,
    searchBudgetMs,
    onHintLost: (error) => logger.warn({ reason: error.message }, "hint of a trip's change is lost"),
  });
}

function createTripRelay(parts: Parts): TripRelay {
  const { db, state, cache, clock, metrics } = parts;
  const { region } = config;
  return {
    db,
    state,
    cache,
    region,
    clock,
    tripStore: createDesk(parts),
    claims: createDriverClaims({ state, region }),
    notify: parts.notify,
    onDelivered(_event, ageMs) {
      metrics.relay_events_total.inc();
      metrics.relay_age_seconds.observe(ageMs / 1000);
    },
    onUndelivered: () => metrics.relay_unheard_total.inc(),
  };
}

async function runRelay(parts: Parts, onStop: OnStop): Promise<void> {
  const { state, metrics } = parts;
  const { region } = config;
  await ensureHintGroup(state, region);
  const relay = startRelay({
    relay: createTripRelay(parts),
    consumer: config.process,
    region,
    state,
    openReader: () => openReader(config.redisStateUrl, 'hints'),
    metrics,
    logger,
    onFatal,
  });
  onStop('relay', () => relay.stop());
}

async function runMatching(parts: Parts, onStop: OnStop): Promise<void> {
  const { state, clock, db, metrics } = parts;
  const { region, process: member, searchFreshMs, matchTickMs, redisStateUrl: url } = config;
  const tripStore = createDesk(parts);
  const claims = createDriverClaims({ state, region });
  const timers = startOfferTimers({ url, region, owner: member, tripStore, claims, metrics, log: logger });
  onStop('offer timers', () => timers.close());
  const etaTable = openEtaTable(metrics);
  const matching = startMatching({
    region,
    member,
    db,
    state,
    tripStore,
    claims,
    search: createLiveSearch({ redis: state, region, clock, freshMs: searchFreshMs }),
    ...(etaTable ? { etaTable } : {}),
    tickMs: matchTickMs,
    requiredDocuments: config.requiredDocuments,
    retentionDays: parts.retentionDays,
    onOffered: (offer) => timers.set(offer),
    warnRider: (trip, why) => parts.notify(pickupWarning(trip, why, clock)),
    metrics,
    logger,
  });
  onStop('matching', () => matching.stop());
}

/** The route engine, where one is configured. */
function openEtaTable(metrics: WorkerMetrics): EtaTable | null {
  if (config.eta === undefined) return null;
  return createEtaTable({
    ...config.eta,
    onOutcome(outcome, ms) {
      metrics.match_eta_total.inc({ outcome });
      metrics.match_eta_seconds.observe(ms / 1000);
    },
  });
}

async function runSweepers(parts: Parts, onStop: OnStop): Promise<void> {
  const { region, process: member } = config;
  const sweepers = startSweepers({ ...parts, relay: createTripRelay(parts), member, region, logger });
  onStop('sweepers', () => sweepers.stop());
  const expiries = startExpiryWatch({
    ...parts,
    documentStore: createDocumentStoreOf(parts),
    member,
    logger,
  });
  onStop('document expiries', () => expiries.stop());
  sweepDocuments(parts, onStop);
  const erasures = startErasures({ ...parts, parts: await erasureParts(parts, onStop), member, logger });
  onStop('erasures', () => erasures.stop());
}

/** Erasing a person needs every store. */
async function erasureParts(parts: Parts, onStop: OnStop): Promise<ErasureParts> {
  const { region, process: owner, redisStateUrl: url, fixShards, production, s3 } = config;
  const jobs = openQueuePurge({ url, region, owner, metrics: parts.metrics, log: logger });
  onStop('queues of erasures', () => jobs.close());
  return {
    ...parts,
    region,
    streams: await openFixStreams(parts.log, region, fixShards),
    objects: s3 && openObjectStore(s3),
    tripStore: createDesk(parts),
    revocationKeptMs: revocationKeptMs(production),
    purgeJobs: jobs.purge,
  };
}

/** Only where there is an object store: without one nothing was uploaded. */
function sweepDocuments(parts: Parts, onStop: OnStop): void {
  const { region, process: owner, redisStateUrl: url, s3 } = config;
  if (s3 === undefined) return;
  const { metrics } = parts;
  const shared = { url, region, name: 'document-processing', owner, metrics, log: logger } as const;
  const queue = openQueue(shared);
  onStop('document queue', () => queue.close());
  const jobs = openQueueJobs(shared);
  onStop('document jobs', () => jobs.close());
  const store = openObjectStore(s3);
  onStop('swept object store', async () => store.close());
  const sweeper = startDocumentSweeper({
    ...parts,
    documentStore: createDocumentStoreOf(parts),
    store,
    queue,
    jobs,
    region,
    member: owner,
    logger,
    onNotQueued: (error) => logger.warn({ reason: error.message }, 'a document is queued later'),
  });
  onStop('document sweeper', () => sweeper.stop());
}

async function runNotifications(parts: Parts, onStop: OnStop): Promise<void> {
  const { region, process: owner, redisStateUrl: stateUrl, push, pushTimeoutMs } = config;
  const options = { ...parts, region, owner, stateUrl, push, pushTimeoutMs, logger };
  const notifications = await startNotifications(options);
  onStop('notifications', () => notifications.stop());
}

function createDocumentStoreOf({ db, clock, notifyOfDocument }: Parts): DocumentStore {
  return createDocumentStore({
    db,
    region: config.region,
    clock,
    notify: notifyOfDocument,
    onNotifyFailed: (error) =>
      logger.warn({ reason: error.message }, 'the owner of a document is told later'),
  });
}

async function runDocuments(parts: Parts, onStop: OnStop): Promise<void> {
  const {
    region,
    process: owner,
    redisStateUrl: stateUrl,
    s3,
    documentsPerMinute,
    documentCheckers,
  } = config;
  if (s3 === undefined) {
    logger.info('no S3_ENDPOINT: this process works on no documents');
    return;
  }
  const store = openObjectStore(s3);
  onStop('object store', async () => store.close());
  const documents = await startDocuments({
    ...parts,
    region,
    owner,
    stateUrl,
    store,
    documentStore: createDocumentStoreOf(parts),
    perMinute: documentsPerMinute,
    checkers: documentCheckers,
    clamd: config.clamd,
    logger,
  });
  onStop('documents', () => documents.stop());
}

function openNotifiers(metrics: WorkerMetrics, onStop: OnStop): Pick<Parts, 'notify' | 'notifyOfDocument'> {
  const { region, process: owner, redisStateUrl: url } = config;
  const queue = openQueue({ url, region, name: 'notification', owner, metrics, log: logger });
  onStop('notification queue', () => queue.close());
  return {
    notify: createNotifier(queue, region),
    notifyOfDocument: createNotifier(queue, region, 'document-processed'),
  };
}

const ROLES = {
  history: runHistory,
  matching: runMatching,
  relay: runRelay,
  sweepers: runSweepers,
  notifications: runNotifications,
  documents: runDocuments,
} as const satisfies Record<WorkerRole, (parts: Parts, onStop: OnStop) => Promise<void>>;

function openReader(url: string, name: string, onDown?: () => void): RedisClient {
  return openRedis({
    url,
    name: `${config.process}:${name}`,
    use: 'blocking',
    log: logger,
    ...(onDown ? { onDown } : {}),
  });
}

async function start(onStop: OnStop): Promise<void> {
  const stopping = new AbortController();
  const { registry, metrics } = createMetrics(config.process, WORKER_METRICS);
  const lag = watchEventLoopLag();
  onStop('event loop lag', () => lag.stop());
  const health = createHealth({
    process: config.process,
    metrics,
    lagMs: lag.p99Ms,
    lagLimitMs: LAG_LIMIT_MS,
  });
  const inner = await startInnerServer({ host: config.host, port: config.innerPort, registry, health });
  onStop('inner server', () => inner.close());

  const { log, state, cache, mongo } = await openServers(config, health, onStop);
  const db = openDatabase(mongo);
  onStop('waits', () => stopping.abort(new Error('stopping')));
  await checkRecord(db, health, stopping.signal);

  const notifiers = openNotifiers(metrics, onStop);
  const settings = await watchRegion({
    db,
    region: config.region,
    defaults: config,
    onFailure: (error) => logger.warn({ reason: error.message }, "the region's settings stay as they were"),
  });
  onStop('settings', () => settings.stop());
  const { retentionDays } = settings;
  const clock = clockFromConfig(config);
  const parts: Parts = { clock, metrics, health, db, log, state, cache, ...notifiers, retentionDays };
  for (const role of config.roles) await ROLES[role](parts, onStop);

  onStop('balancer', () => health.draining());
  health.listening();
  logger.info({ innerPort: inner.port, roles: config.roles }, 'working');
}

await runService({ log: logger, shutdownMs: config.shutdownMs, start });
