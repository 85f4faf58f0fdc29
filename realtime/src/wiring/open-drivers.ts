import type { DriverId } from '@rideline/contract';
import { FixLog } from '@rideline/fleet/fixes/fix-log';
import { type FixStreams, openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import { createDriverClaims } from '@rideline/fleet/live/driver-claims';
import { writeDriverTrip } from '@rideline/fleet/trips/trip-relay';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import { withinMs } from '@rideline/platform/overload/deadline';
import { AckWheel } from '../driver/ack-wheel.ts';
import { startDriverHashCheck } from '../driver/driver-hash-check.ts';
import { serveDrivers } from '../driver/driver-namespace.ts';
import { DriverRegistry } from '../driver/driver-registry.ts';
import { HealthRecorder } from '../driver/health-recorder.ts';
import { LiveWriter } from '../driver/live-writer.ts';
import type { PendingFrame } from '../driver/pending-frame.ts';
import { TripAppender } from '../driver/trip-appender.ts';
import { UplinkPolicies } from '../driver/uplink-policies.ts';
import type { HotCounters } from '../hot-counters.ts';
import { watchGatewayOverload } from '../process/gateway-overload.ts';
import { watchLogMemory } from '../process/log-memory-watch.ts';
import { watchLogRestart } from '../process/log-restart-watch.ts';
import type { TripReader } from '../rider/trip-reader.ts';
import type { GatewayProcess } from './gateway-process.ts';
import type { GatewayServers } from './open-servers.ts';
import type { OpenSockets } from './open-sockets.ts';

/** Ms of the stop that may go to writing fixes. */
const LAST_FLUSH_MS = 3000;
/** Ms that writing a driver's trip again may wait for MongoDB. */
const TRIP_READ_MS = 2000;

export interface OpenDrivers {
  readonly registry: DriverRegistry;
  readonly streams: FixStreams;
}

/** `/driver`: the way of a fix from the socket to the log, the live index and the trip. */
export async function openDrivers(
  gateway: GatewayProcess,
  servers: GatewayServers,
  sockets: OpenSockets,
  parts: { tripStore: TripStore; trips: TripReader; counters: HotCounters },
): Promise<OpenDrivers> {
  const { config, clock, metrics, log, onStop } = gateway;
  const { state, cache, db } = servers;
  const { region } = config;
  const { tripStore, trips, counters } = parts;
  const registry = new DriverRegistry();
  const streams = await openFixStreams(servers.logRedis, region, config.fixShards);
  const fixLog = openFixLog(gateway, servers, streams, counters);

  const liveWriter = new LiveWriter({
    state,
    region,
    intervalMs: config.liveIndexMs,
    wallMs: clock.wallMs,
    metrics,
    log,
  });
  liveWriter.start();
  // Before the sockets are closed: a driver whose connection is closed by the stop keeps the position in the index.
  onStop('drain', 'live index', () => liveWriter.stop());
  const ackWheel = new AckWheel(config.ackIntervalMs);
  ackWheel.start();
  onStop('work', 'acknowledgements', () => ackWheel.stop());
  const writeTrip = (driverId: DriverId) =>
    withinMs(writeDriverTrip({ db, state, region }, driverId), TRIP_READ_MS);
  const hashCheck = startDriverHashCheck({
    registry,
    state,
    region,
    gateway: config.process,
    writeTrip,
    wallMs: clock.wallMs,
    metrics,
    log,
  });
  onStop('work', "drivers' hashes", () => hashCheck.stop());

  const health = new HealthRecorder({ db, region, clock, metrics, log });
  health.start();
  onStop('flush', "drivers' health", () => withinMs(health.stop(), LAST_FLUSH_MS));
  const policies = new UplinkPolicies({ registry, trips, clock, config, metrics });
  policies.start();
  onStop('work', 'uplink policies', () => policies.stop());
  watchOverload(gateway, servers, fixLog, (reduced) => policies.setOverloaded(reduced));
  watchRestart(gateway, servers, registry);
  serveDrivers(sockets.driver, {
    context: {
      ...sockets.listener,
      config,
      clock,
      state,
      fixLog,
      liveWriter,
      tripAppender: new TripAppender({ state, region, metrics, counters, log }),
      ackWheel,
      health,
      counters,
      claims: createDriverClaims({ state, region, clock }),
    },
    tripStore,
    registry,
    cache,
    trips,
    writeTrip,
    policy: (connection) => policies.policyFor(connection),
  });
  return { registry, streams };
}

function openFixLog(
  { config, metrics, log, onStop }: GatewayProcess,
  { logRedis }: GatewayServers,
  streams: FixStreams,
  counters: HotCounters,
): FixLog<PendingFrame> {
  const { flushFixes, flushMs, bufferFixes } = config;
  const fixLog = new FixLog<PendingFrame>({
    redis: logRedis,
    streams,
    flushFixes,
    flushMs,
    bufferFixes,
    onAppended: (frame) => frame.owner.onAppended(frame),
    onBatch: (fixes, _bytes, tookMs) => counters.batch(fixes, tookMs),
    onError: (error) => {
      metrics.fix_log_errors_total.inc();
      log.warn({ reason: error.message, held: fixLog.held }, 'fixes not appended yet');
    },
  });
  counters.start(() => metrics.fix_log_held.set(fixLog.held));
  onStop('flush', 'counters', () => counters.stop());
  onStop('flush', 'fix log', async () => {
    const left = await fixLog.close(LAST_FLUSH_MS);
    if (left > 0)
      log.error({ fixes: left }, 'stopped with fixes that the log did not accept; their phones hold them');
  });
  return fixLog;
}

/** Watches the log's memory and this gateway's load. */
function watchOverload(
  { config, lag, health, metrics, log, onStop }: GatewayProcess,
  { logRedis }: GatewayServers,
  fixLog: FixLog<PendingFrame>,
  onReduced: (reduced: boolean) => void,
): void {
  let logMemory = 0;
  const memory = watchLogMemory({
    redis: logRedis,
    health,
    onFull: (full) => {
      fixLog.memoryFull = full;
    },
    onShare: (share) => {
      logMemory = share;
    },
    onError: (error) => log.warn({ reason: error.message }, "the log's memory is not known"),
  });
  onStop('work', "log's memory", () => memory.stop());
  const overload = watchGatewayOverload({
    config,
    lag,
    fixLog,
    logMemory: () => logMemory,
    health,
    metrics,
    onReduced,
  });
  onStop('work', 'overload', () => overload.stop());
}

function watchRestart(
  { log, onStop }: GatewayProcess,
  { logRedis }: GatewayServers,
  registry: DriverRegistry,
): void {
  const watch = watchLogRestart({
    redis: logRedis,
    onRestart: () => {
      log.warn('the log was restarted: phones send again what is not durable');
      for (const connection of registry.all()) connection.acks.acknowledgeOnlyDurable();
    },
    onError: (error) => log.warn({ reason: error.message }, "the log's run is not known"),
  });
  onStop('work', "log's restart", () => watch.stop());
}
