import { joinCluster } from '@rideline/fleet/redis/cluster-members';
import { claimProcessId } from '@rideline/fleet/redis/process-id';
import { createTripStore } from '@rideline/fleet/trips/trip-store';
import { openProcess } from '@rideline/platform/open-process';
import { gatewayConfig } from './config.ts';
import { HotCounters } from './hot-counters.ts';
import { GATEWAY_METRICS } from './metrics.ts';
import { watchDependencies } from './process/dependency-watch.ts';
import { startHeartbeat } from './process/heartbeat.ts';
import { listenToInbox } from './process/inbox-listener.ts';
import { checkInternals } from './process/internals-check.ts';
import { TripReader } from './rider/trip-reader.ts';
import { listen } from './socket/server.ts';
import type { GatewayProcess } from './wiring/gateway-process.ts';
import { openDrivers } from './wiring/open-drivers.ts';
import { openOperators } from './wiring/open-operators.ts';
import { openRiders } from './wiring/open-riders.ts';
import { openServers } from './wiring/open-servers.ts';
import { openSockets } from './wiring/open-sockets.ts';

/** Event-loop lag p99 above which the balancer should send no new clients here, ms. */
const LAG_LIMIT_MS = 1000;

/** The wiring of one gateway: servers, sockets, then what is served on them. */
async function start(gateway: GatewayProcess): Promise<void> {
  const { config, clock, metrics, health, log, onStop } = gateway;
  const { region, process: id } = config;
  await checkInternals(gateway);
  // Before anything is waited for: a start without keys fails at once, also while Redis is away.
  const keys = await gateway.openTokenKeys();
  const servers = await openServers(gateway);
  const { state, db, cacheSubscriber } = servers;
  await claimProcessId({ ...gateway, state });
  await joinCluster({ ...gateway, state }, ['gateway']);

  const sockets = await openSockets(gateway, servers, keys);
  const parts = {
    tripStore: createTripStore({
      db,
      state,
      region,
      clock,
      searchBudgetMs: config.searchBudgetMs,
      silence: config.silence,
      onHintLost: (error) => log.warn({ reason: error.message }, "hint of a trip's change is lost"),
    }),
    trips: new TripReader({ state, region, clock }),
    counters: new HotCounters(metrics),
  };
  const { registry, streams } = await openDrivers(gateway, servers, sockets, parts);
  openRiders(gateway, servers, sockets, parts);
  openOperators(gateway, servers, sockets, streams);

  const { rider: riders, userSockets, notifications } = sockets;
  listenToInbox(cacheSubscriber, {
    region,
    gateway: id,
    registry,
    userSockets,
    riders,
    notifications,
    metrics,
    log,
  });
  const watched = { 'redis-log': servers.logRedis, 'redis-state': state, 'redis-cache': servers.cache };
  const watch = watchDependencies(watched, health);
  onStop('work', 'dependencies', () => watch.stop());
  const heartbeat = startHeartbeat({ state, region, gateway: id, wallMs: clock.wallMs, log });
  onStop('admission', 'heartbeat', () => heartbeat.stop());

  const port = await listen(sockets.server, config.host, config.port);
  health.listening();
  log.info({ port, innerPort: gateway.innerPort }, 'gateway listening');
}

await openProcess(
  { kind: 'gateway', config: gatewayConfig, metrics: () => GATEWAY_METRICS, lagLimitMs: LAG_LIMIT_MS },
  start,
);
