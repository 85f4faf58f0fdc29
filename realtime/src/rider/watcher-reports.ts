import type { DriverId, GatewayId, RegionId, ShareId, TripId } from '@rideline/contract';
import { setWatchers, type WatcherGroup } from '@rideline/fleet/live/trip-watchers';
import { sendToInbox } from '@rideline/fleet/redis/inbox';
import { driver, trip as tripKey } from '@rideline/fleet/redis/redis-keys';
import { withinMs } from '@rideline/platform/overload/deadline';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { GatewayMetrics } from '../metrics.ts';
import type { Follower } from './follower.ts';
import type { FollowedTrip } from './follower-table.ts';

/** A change is written this long after it, with those that follow it: a phone that reconnects leaves and comes back within it. */
const FLUSH_MS = 300;
/** Trips written at a time; more are written in the next rounds. */
const MOST_AT_ONCE = 500;
const WRITE_MS = 2000;

export interface WatcherReportsOptions {
  readonly state: RedisClient;
  readonly cache: RedisClient;
  readonly region: RegionId;
  readonly gateway: GatewayId;
  readonly metrics: GatewayMetrics;
  readonly log: Logger;
}

/** The followers of a trip as its rider, and those through each share. */
export function watcherGroups(followers: Iterable<Pick<Follower, 'shareId' | 'sinceMs'>>): WatcherGroup[] {
  const groups = new Map<ShareId | null, WatcherGroup>();
  for (const { shareId, sinceMs } of followers) {
    const known = groups.get(shareId) ?? { shareId, sinceMs, sockets: 0 };
    groups.set(shareId, {
      shareId,
      sinceMs: Math.min(known.sinceMs, sinceMs),
      sockets: known.sockets + 1,
    });
  }
  return [...groups.values()];
}

/**
 * Writes which sockets of this gateway follow which trip, and sends the number to the gateway of the trip's driver when it has changed. What is
 * lost is written again by the periodic comparison of each followed trip.
 */
export class WatcherReports {
  readonly #options: WatcherReportsOptions;
  readonly #changed = new Map<TripId, FollowedTrip>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WatcherReportsOptions) {
    this.#options = options;
  }

  /** The followers of the trip have changed, or its entry has to be renewed. */
  changed(trip: FollowedTrip): void {
    this.#changed.set(trip.tripId, trip);
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Never rejects. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const some = [...this.#changed.values()].slice(0, MOST_AT_ONCE);
    for (const { tripId } of some) this.#changed.delete(tripId);
    await Promise.all(some.map((trip) => this.#report(trip)));
    if (this.#changed.size > 0) this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#changed.clear();
  }

  async #report(trip: FollowedTrip): Promise<void> {
    const { state, region, gateway, metrics, log } = this.#options;
    const { tripId, followers } = trip;
    try {
      const groups = watcherGroups(followers);
      const { before, after } = await withinMs(setWatchers(state, region, tripId, gateway, groups), WRITE_MS);
      metrics.watcher_reports_total.inc({ outcome: before === after ? 'same' : 'changed' });
      if (before !== after) await this.#tell(tripId, after);
    } catch (error) {
      metrics.watcher_reports_total.inc({ outcome: 'failed' });
      log.debug({ reason: (error as Error).message }, 'watchers of a trip not written');
    }
  }

  /** A hint: the driver's gateway also counts by itself. */
  async #tell(tripId: TripId, count: number): Promise<void> {
    const { state, cache, region } = this.#options;
    const text = await state.hget(tripKey(region, tripId), 'driver');
    const driverId = text ? (JSON.parse(text) as { id: DriverId } | null)?.id : undefined;
    if (driverId === undefined) return;
    const gateway = (await state.hget(driver(region, driverId), 'gateway')) as GatewayId | null;
    if (gateway) await sendToInbox(cache, region, gateway, [{ type: 'watchers', driverId, tripId, count }]);
  }
}
