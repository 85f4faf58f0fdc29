import type { RegionId, TripId } from '@rideline/contract';
import { lastHeardMs } from '@rideline/fleet/live/driver-presence';
import { sweepConnections, sweepLiveIndex } from '@rideline/fleet/live/live-sweep';
import { gateways } from '@rideline/fleet/redis/redis-keys';
import type { Database } from '@rideline/fleet/store/database';
import { makeOpenTripsDue } from '@rideline/fleet/trips/due-migration';
import { countSilentTrips, overdueTrips, postponeOverdue } from '@rideline/fleet/trips/overdue-trips';
import { settleDue } from '@rideline/fleet/trips/trip-commands';
import type { TripRelay } from '@rideline/fleet/trips/trip-relay';
import type { Clock } from '@rideline/platform/process/clock';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { startLeaderLoop } from '../leader-loop.ts';
import { relayTrips } from '../relay/relay.ts';
import type { SweeperMetrics } from './metrics.ts';

const SWEEP_INTERVAL_MS = 2000;
/** Most trips of one sweep; after a full one the next follows at once. */
const TRIPS_PER_SWEEP = 200;
/** Trips settled concurrently. */
const SETTLED_AT_ONCE = 16;
const LEASE_MS = 10_000;
/** A driver without a new fix for this long is removed from the live index (docs/design/design.md, "The live index"). */
const STALE_AFTER_MS = 300_000;
const GATEWAY_GONE_MS = 60_000;
/** Pause between searches for open trips without a due time: only a relay of an older version, during an upgrade, leaves any. */
const UNDUE_CHECK_MS = 30_000;

export interface SweepersOptions {
  readonly relay: TripRelay;
  readonly db: Database;
  readonly member: string;
  readonly region: RegionId;
  readonly state: RedisClient;
  readonly clock: Clock;
  readonly metrics: SweeperMetrics;
  readonly logger: Logger;
}

/**
 * Repairs what a crash or a lost hint left behind. One process at a time by a lease, which only saves work: every
 * sweep may run twice.
 */
export function startSweepers(options: SweepersOptions): { stop(): Promise<void> } {
  const { metrics, logger } = options;
  let liveCursor = '0';
  let connectionCursor = '0';
  let nextUndueCheckMs = 0;
  return startLeaderLoop({
    ...options,
    name: 'sweepers',
    leaseMs: LEASE_MS,
    everyMs: SWEEP_INTERVAL_MS,
    async round() {
      if (performance.now() >= nextUndueCheckMs) {
        metrics.made_due_trips_total.inc(await makeOpenTripsDue(options.db));
        nextUndueCheckMs = performance.now() + UNDUE_CHECK_MS;
      }
      const swept = await sweepTrips(options);
      metrics.silent_driver_trips.set(await countSilentTrips(options.db, options.region));
      liveCursor = await sweepLive(options, liveCursor);
      const { state, region } = options;
      connectionCursor = (await sweepConnections(state, region, connectionCursor)).cursor;
      return swept === TRIPS_PER_SWEEP ? 'more' : 'idle';
    },
    onFollowing: () => metrics.silent_driver_trips.set(0),
    onFailure(error) {
      metrics.sweep_failures_total.inc();
      logger.warn({ reason: error.message }, 'sweep failed');
    },
  });
}

/**
 * Sweeps the trips that are overdue longest: delivers the events in their outbox, then performs the steps due by time alone. Trips that stay
 * due are postponed, so that they do not fill the next sweeps.
 * @returns the number of trips swept
 */
export async function sweepTrips(options: SweepersOptions): Promise<number> {
  const { db, relay, region, clock, metrics, logger } = options;
  const nowMs = clock.wallMs();
  const due = await overdueTrips(db, region, nowMs, TRIPS_PER_SWEEP);
  if (due.length === 0) return 0;
  metrics.swept_trips_total.inc(due.length);
  const trips = due.map(({ _id }) => String(_id) as TripId);
  await relayTrips(relay, trips, (error) => {
    metrics.relay_failures_total.inc({ step: 'sweep' });
    logger.warn({ reason: error.message }, 'cannot deliver the events of an overdue trip');
  });
  for (let at = 0; at < trips.length; at += SETTLED_AT_ONCE)
    await Promise.all(trips.slice(at, at + SETTLED_AT_ONCE).map((tripId) => settle(tripId, options)));
  await postponeOverdue(db, due, nowMs);
  return due.length;
}

/** Performs the step that is due by time alone. The matcher's tick does the same; this covers the case without a matcher. */
async function settle(
  tripId: TripId,
  { relay, state, region, clock, metrics, logger }: SweepersOptions,
): Promise<void> {
  const { tripStore, claims } = relay;
  try {
    const changed = await settleDue(tripStore, tripId, {
      wasDelivered: ({ driverId, offerId }) => claims.wasSeen(driverId, offerId),
      lastHeard: (driverId) => lastHeardMs(state, region, driverId, clock),
    });
    if (changed) metrics.settled_trips_total.inc({ by: 'sweeper' });
  } catch (error) {
    metrics.sweep_failures_total.inc();
    logger.warn({ reason: (error as Error).message }, 'a due step of a trip failed; it is retried');
  }
}

async function sweepLive(
  { state, region, clock, metrics }: SweepersOptions,
  cursor: string,
): Promise<string> {
  const now = clock.wallMs();
  const swept = await sweepLiveIndex(state, region, now - STALE_AFTER_MS, cursor);
  metrics.swept_drivers_total.inc(swept.removed);
  await state.zremrangebyscore(gateways(region), '-inf', now - GATEWAY_GONE_MS);
  return swept.cursor;
}
