import { setTimeout as sleep } from 'node:timers/promises';
import type { BootId, GatewayId, RegionId, TripId } from '@rideline/contract';
import { recordConnected } from '@rideline/fleet/live/driver-presence';
import { durableField, parseDurable } from '@rideline/fleet/live/driver-session';
import { driver } from '@rideline/fleet/redis/redis-keys';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { corked } from '@rideline/platform/redis/redis-cork';
import type { GatewayMetrics } from '../metrics.ts';
import type { DriverConnection } from './driver-connection.ts';
import type { DriverRegistry } from './driver-registry.ts';
import { isLost, repairSession, type SessionRepairParts } from './session-repair.ts';

/** Every driver is compared once in this time: 5,000 drivers cost 500 reads a second in ten pipelines. */
const ROUND_MS = 10_000;
const DRIVERS_AT_A_TIME = 500;

export interface DriverHashCheck {
  stop(): Promise<void>;
}

/**
 * Compares what this gateway knows of each of its drivers with the driver hash: the trip, and which fixes are durable. The messages about
 * both are hints that may be lost with the cache Redis; without this check the rider would see a car that stands still, and a phone that
 * sends no further fix would keep the last ones, until the driver connects again. A hash that was lost with the state Redis is written
 * again. In the same round it is stored that drivers on a trip are connected (a phone that sends no fix is not silent), and read how many follow
 * their trips.
 */
export function startDriverHashCheck(parts: {
  registry: DriverRegistry;
  state: RedisClient;
  region: RegionId;
  gateway: GatewayId;
  writeTrip: SessionRepairParts['writeTrip'];
  wallMs: () => number;
  metrics: GatewayMetrics;
  log: Logger;
  roundMs?: number;
}): DriverHashCheck {
  const { registry, log, roundMs = ROUND_MS } = parts;
  const stopping = new AbortController();
  const rounds = async () => {
    while (!stopping.signal.aborted) {
      const all = [...registry.all()].filter(({ epoch }) => epoch > 0);
      const chunks = Math.max(1, Math.ceil(all.length / DRIVERS_AT_A_TIME));
      for (let chunk = 0; chunk < chunks; chunk += 1) {
        const some = all.slice(chunk * DRIVERS_AT_A_TIME, (chunk + 1) * DRIVERS_AT_A_TIME);
        await Promise.all([
          compare(some, parts, roundMs),
          recordOnTrip(some, parts),
          countWatchersOf(some, parts),
        ]).catch((error: Error) => log.warn({ reason: error.message }, "drivers' hashes not compared"));
        await sleep(roundMs / chunks, undefined, { signal: stopping.signal });
      }
    }
  };
  const ended = rounds().catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
  return {
    stop() {
      stopping.abort();
      return ended;
    },
  };
}

async function compare(
  connections: readonly DriverConnection[],
  parts: Parameters<typeof startDriverHashCheck>[0],
  roundMs: number,
): Promise<void> {
  const { state, region, wallMs, metrics, log } = parts;
  if (connections.length === 0) return;
  const revsBefore = connections.map(({ tripRev }) => tripRev);
  const nowMs = wallMs();
  // Not in the future: the wall clock may have been set back, and the trip would not be repaired for as long.
  const hasJustAccepted = ({ acceptedAtMs }: DriverConnection) =>
    acceptedAtMs > nowMs - roundMs && acceptedAtMs <= wallMs();
  const undurable = connections.map(({ undurableBoots }) => undurableBoots);
  const read = await readDrivers(connections, undurable, state, region);
  const lost: DriverConnection[] = [];
  connections.forEach((connection, index) => {
    const [trip, rev, epoch, gateway, ...durable] = read[index] ?? [];
    if (connection.closed) return;
    if (isLost(connection, { epoch, gateway })) {
      lost.push(connection);
      return;
    }
    (undurable[index] ?? []).forEach((boot, at) => {
      if (connection.acks.onDurable(boot, parseDurable(durable[at]).durable))
        metrics.driver_durable_repairs_total.inc();
    });
    const tripId = trip ? (trip as TripId) : null;
    if (connection.live.tripId === tripId) return;
    // A change arrived meanwhile, or the driver has just accepted and the relay has not written it yet.
    if (connection.tripRev !== revsBefore[index] || hasJustAccepted(connection)) return;
    metrics.driver_trip_repairs_total.inc();
    connection.repairTrip(tripId, Number(rev ?? 0));
  });
  const repairs = lost.map((connection) =>
    repairSession(connection, parts).then(
      () => metrics.driver_session_repairs_total.inc(),
      (error: Error) => log.warn({ reason: error.message }, 'lost session of a driver not written again yet'),
    ),
  );
  await Promise.all(repairs);
}

async function recordOnTrip(
  connections: readonly DriverConnection[],
  { state, region, wallMs }: Parameters<typeof startDriverHashCheck>[0],
): Promise<void> {
  const onTrip = connections.filter(({ closed, live }) => !closed && live.tripId !== null);
  if (onTrip.length === 0) return;
  await recordConnected(
    state,
    region,
    onTrip.map(({ driverId }) => driverId),
    wallMs(),
  );
}

/** How many follow the trips of drivers: what a gateway that was killed had counted is gone without a message. */
async function countWatchersOf(
  connections: readonly DriverConnection[],
  { state }: Parameters<typeof startDriverHashCheck>[0],
): Promise<void> {
  const onTrip = connections.filter(({ closed, live }) => !closed && live.tripId !== null);
  await Promise.all(corked(state, () => onTrip.map(({ watchers }) => watchers.refresh())));
}

/**
 * One command per driver, since drivers are in different slots of a cluster; one system call for all: 100 separate calls a second were half
 * of an idle gateway's work.
 */
function readDrivers(
  connections: readonly DriverConnection[],
  undurable: readonly (readonly BootId[])[],
  state: RedisClient,
  region: RegionId,
): Promise<(string | null)[][]> {
  return Promise.all(
    corked(state, () =>
      connections.map(({ driverId }, index) => {
        const durable = (undurable[index] ?? []).map(durableField);
        return state.hmget(driver(region, driverId), 'trip', 'tripRev', 'epoch', 'gateway', ...durable);
      }),
    ),
  );
}
