import { openRevocations } from '@rideline/fleet/accounts/revocation-list';
import { revocationKeptMs } from '@rideline/fleet/accounts/session-rules';
import { openDatabase } from '@rideline/fleet/collections';
import { FixLog } from '@rideline/fleet/fixes/fix-log';
import { openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import { createDriverClaims } from '@rideline/fleet/live/driver-claims';
import { createNotificationStore } from '@rideline/fleet/notifications/notification-store';
import { createTripStore } from '@rideline/fleet/trips/trip-store';
import { clockFromConfig, loadConfig } from '@rideline/platform/config/config';
import { createMetrics } from '@rideline/platform/metrics/metrics';
import { openMongo } from '@rideline/platform/mongo/mongo';
import { watchEventLoopLag } from '@rideline/platform/process/event-loop-lag';
import { createHealth } from '@rideline/platform/process/health';
import { startInnerServer } from '@rideline/platform/process/inner-server';
import { createLogger, type Logger } from '@rideline/platform/process/logger';
import { type OnStop, runService } from '@rideline/platform/process/service';
import { connectRedis, openRedis, quitRedis, type RedisUse } from '@rideline/platform/redis/redis';
import { openTokenKeys } from '@rideline/platform/tokens/token-key-watch';
import { type GatewayConfig, gatewayConfig } from './config.ts';
import { AckWheel } from './driver/ack-wheel.ts';
import { serveDrivers } from './driver/driver-namespace.ts';
import { DriverRegistry } from './driver/driver-registry.ts';
import { startDriverTripCheck } from './driver/driver-trip-check.ts';
import { LiveWriter } from './driver/live-writer.ts';
import type { PendingFrame } from './driver/pending-frame.ts';
import { TripAppender } from './driver/trip-appender.ts';
import { HotCounters } from './hot-counters.ts';
import { GATEWAY_METRICS } from './metrics.ts';
import { serveOperators } from './operator/operator-namespace.ts';
import { TripFeed } from './operator/trip-feed.ts';
import { watchDependencies } from './process/dependency-watch.ts';
import { drain } from './process/drain.ts';
import { watchGatewayOverload } from './process/gateway-overload.ts';
import { startHeartbeat } from './process/heartbeat.ts';
import { listenToInbox } from './process/inbox-listener.ts';
import { watchLogMemory } from './process/log-memory-watch.ts';
import { watchLogRestart } from './process/log-restart-watch.ts';
import { serveRiders } from './rider/rider-namespace.ts';
import { TripReader } from './rider/trip-reader.ts';
import { closeRevoked, guardNamespace } from './socket/handshake.ts';
import { HandshakeAttempts } from './socket/handshake-attempts.ts';
import { Notifications } from './socket/notifications.ts';
import { createGatewayServer, listen } from './socket/server.ts';
import { startSocketGuard } from './socket/socket-guard.ts';
import { UserSockets } from './socket/user-sockets.ts';

/** Event-loop lag p99 above which the balancer should send nobody new here, ms. */
const LAG_LIMIT_MS = 1000;
/** Ms of the stop that may go to saying goodbye, and to writing what is held. */
const DRAIN_MS = 4000;
const LAST_FLUSH_MS = 3000;
/** mongoose's `readyState` of a connection that is up. */
const MONGO_CONNECTED = 1;

/** The wiring of one gateway, top to bottom. What is registered last with `onStop` stops first. */
async function start(config: GatewayConfig, log: Logger, onStop: OnStop): Promise<void> {
  if (config.tokenKeysFile === undefined) throw new Error('RIDELINE_TOKEN_KEYS_FILE is not set');
  const clock = clockFromConfig(config);
  const { region } = config;
  const { registry, metrics } = createMetrics(config.process, GATEWAY_METRICS);
  const lag = watchEventLoopLag();
  const health = createHealth({
    process: config.process,
    metrics,
    lagMs: lag.p99Ms,
    lagLimitMs: LAG_LIMIT_MS,
  });
  const keys = await openTokenKeys(config.tokenKeysFile, { production: config.production, health, log });
  onStop('token keys', () => keys.stop());
  const inner = await startInnerServer({ host: config.host, port: config.innerPort, registry, health });
  onStop('inner server', () => inner.close());
  onStop('event-loop lag', () => lag.stop());

  const open = async (server: 'log' | 'state' | 'cache', use: RedisUse) => {
    const url = { log: config.redisLogUrl, state: config.redisStateUrl, cache: config.redisCacheUrl }[server];
    const name = `${config.process}:${server}:${use}`;
    const client = await connectRedis({
      url,
      name,
      use,
      log,
      onDown: (reason) => {
        metrics.redis_errors_total.inc({ server });
        health.degraded(`redis-${server}`, reason);
      },
    });
    onStop(name, () => quitRedis(client));
    return client;
  };
  const [logRedis, state, cache, publisher, cacheSubscriber, stateSubscriber, tailRedis] = await Promise.all([
    open('log', 'command'),
    open('state', 'command'),
    open('cache', 'command'),
    open('cache', 'publisher'),
    open('cache', 'subscriber'),
    open('state', 'subscriber'),
    open('log', 'command'),
  ]);

  const mongo = openMongo({
    uri: config.mongodbUri,
    name: config.process,
    log,
    onDown: (reason) => health.degraded('mongo', reason),
    onUp: () => health.cleared('mongo'),
  });
  onStop('mongo', () => mongo.close());

  const listener = { wallMs: clock.wallMs, metrics, log };
  const attempts = new HandshakeAttempts(['/driver', '/rider', '/operator'], listener);
  const server = createGatewayServer({
    config,
    publisher,
    subscriber: cacheSubscriber,
    metrics,
    log,
    onConnection: (connection, network) => attempts.watch(connection, network),
  });
  const userSockets = new UserSockets();
  const drivers = new DriverRegistry();
  const trips = new TripReader({ state, region, clock });

  const tripStore = createTripStore({
    db: openDatabase(mongo),
    state,
    region,
    clock,
    searchBudgetMs: config.searchBudgetMs,
    onHintLost: (error) => log.warn({ reason: error.message }, "hint of a trip's change is lost"),
  });

  const counters = new HotCounters(metrics);
  const streams = await openFixStreams(logRedis, region, config.fixShards);
  const fixLog = new FixLog<PendingFrame>({
    redis: logRedis,
    streams,
    flushFixes: config.flushFixes,
    flushMs: config.flushMs,
    bufferFixes: config.bufferFixes,
    onAppended: (frame) => frame.owner.onAppended(frame),
    onBatch: (fixes, _bytes, tookMs) => counters.batch(fixes, tookMs),
    onError: (error) => {
      metrics.fix_log_errors_total.inc();
      log.warn({ reason: error.message, held: fixLog.held }, 'fixes not appended yet');
    },
  });
  counters.start(() => metrics.fix_log_held.set(fixLog.held));
  onStop('counters', () => counters.stop());
  const liveWriter = new LiveWriter({
    state,
    region,
    intervalMs: config.liveIndexMs,
    wallMs: clock.wallMs,
    metrics,
    log,
  });
  const ackWheel = new AckWheel(config.ackIntervalMs);
  const tripAppender = new TripAppender({ state, region, metrics, counters, log });
  const context = {
    ...listener,
    config,
    clock,
    state,
    fixLog,
    liveWriter,
    tripAppender,
    ackWheel,
    counters,
    claims: createDriverClaims({ state, region }),
  };

  const driverNamespace = server.io.of('/driver');
  const riderNamespace = server.io.of('/rider');
  const operatorNamespace = server.io.of('/operator');
  const namespaces = [driverNamespace, riderNamespace, operatorNamespace];
  const revocations = await openRevocations({
    tail: openRedis({
      url: config.redisStateUrl,
      name: `${config.process}:state:revocations`,
      use: 'blocking',
      log,
    }),
    db: openDatabase(mongo),
    region,
    wallMs: clock.wallMs,
    keptMs: revocationKeptMs(config.production),
    health,
    metrics,
    log,
  });
  onStop('revocations', () => revocations.close());
  const handshake = {
    ...listener,
    revocations,
    server: server.io,
    region,
    keys,
    userSockets,
    attempts,
    maxConnections: config.maxConnections,
  };
  closeRevoked(revocations, handshake);
  guardNamespace(driverNamespace, ['driver'], handshake);
  guardNamespace(riderNamespace, ['rider'], handshake);
  guardNamespace(operatorNamespace, ['operator', 'admin'], handshake);
  let logMemory = 0;
  const overload = watchGatewayOverload({
    config,
    lag,
    fixLog,
    logMemory: () => logMemory,
    health,
    metrics,
    onPolicy: (policy) => driverNamespace.local.emit('uplink:policy', policy),
  });
  onStop('overload', () => overload.stop());
  serveDrivers(driverNamespace, {
    context,
    tripStore,
    registry: drivers,
    cache,
    trips,
    policy: overload.policy,
  });
  const followers = serveRiders(riderNamespace, {
    ...listener,
    config,
    clock,
    state,
    stateSubscriber,
    cacheSubscriber,
    mongo,
    trips,
    counters,
    tripStore,
  });
  followers.start();
  onStop('followers', () => followers.stop());
  const tripFeed = new TripFeed({ region, clock, subscriber: cacheSubscriber, metrics, log });
  onStop('feed of trips', () => tripFeed.stop());
  const operators = serveOperators(operatorNamespace, {
    ...listener,
    config,
    clock,
    state,
    tailRedis,
    streams,
    tripFeed,
  });
  onStop('operators', () => operators.stop());
  const notifications = new Notifications({
    store: createNotificationStore({ db: openDatabase(mongo), region, clock }),
    mongoIsUp: () => mongo.connection.readyState === MONGO_CONNECTED,
    userSockets,
    metrics,
    log,
  });
  for (const namespace of [driverNamespace, riderNamespace])
    namespace.on('connection', notifications.onConnection);
  onStop('notifications', () => notifications.stop(LAST_FLUSH_MS));
  listenToInbox(cacheSubscriber, {
    region,
    gateway: config.process,
    registry: drivers,
    userSockets,
    riders: riderNamespace,
    notifications,
    metrics,
    log,
  });

  onStop('fix log', async () => {
    const left = await fixLog.close(LAST_FLUSH_MS);
    if (left > 0)
      log.error({ fixes: left }, 'stopped with fixes that the log did not take; their phones hold them');
  });
  const watches = [
    watchDependencies({ 'redis-log': logRedis, 'redis-state': state, 'redis-cache': cache }, health),
    watchLogMemory({
      redis: logRedis,
      health,
      onFull: (full) => {
        fixLog.memoryFull = full;
      },
      onShare: (share) => {
        logMemory = share;
      },
      onError: (error) => log.warn({ reason: error.message }, "the log's memory is not known"),
    }),
    watchLogRestart({
      redis: logRedis,
      onRestart: () => {
        log.warn('the log was restarted: phones send again what is not durable');
        for (const connection of drivers.all()) connection.acks.onLogRestarted();
      },
      onError: (error) => log.warn({ reason: error.message }, "the log's run is not known"),
    }),
    startSocketGuard(server.io, namespaces, listener),
  ];
  onStop('watches', () => {
    for (const watch of watches) watch.stop();
  });
  liveWriter.start();
  ackWheel.start();
  const tripCheck = startDriverTripCheck({
    registry: drivers,
    state,
    region,
    wallMs: clock.wallMs,
    metrics,
    log,
  });
  onStop("drivers' trips", () => tripCheck.stop());
  onStop('acknowledgements', () => ackWheel.stop());
  onStop('server', async () => {
    await server.io.close();
  });
  onStop('drain', () => drain({ namespaces, health, context: listener, log, maxMs: DRAIN_MS }));
  // Before the sockets go: a connection that is closed places nobody.
  onStop('live index', () => liveWriter.stop());
  const heartbeat = startHeartbeat({ state, region, gateway: config.process, wallMs: clock.wallMs, log });
  onStop('heartbeat', () => heartbeat.stop());

  const port = await listen(server, config.host, config.port);
  health.listening();
  log.info({ port, innerPort: inner.port }, 'gateway listening');
}

const config = loadConfig(process.env, 'gateway', gatewayConfig);
const log = createLogger({ process: config.process, level: config.logLevel });
await runService({ log, shutdownMs: config.shutdownMs, start: (onStop) => start(config, log, onStop) });
