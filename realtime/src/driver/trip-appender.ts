import type { DriverId, RegionId, TripId } from '@rideline/contract';
import type { LivePosition } from '@rideline/fleet/live/live-index';
import { appendFollowedPosition, isNewerPosition, type LogHead } from '@rideline/fleet/live/trip-log';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { corked } from '@rideline/platform/redis/redis-cork';
import type { HotCounters } from '../hot-counters.ts';
import type { GatewayMetrics } from '../metrics.ts';

/** State of one driver's positions on one trip: appended, in flight, waiting. One per connection and trip. */
export interface TripTrail {
  readonly tripId: TripId;
  readonly driverId: DriverId;
  /** Head of the log after our last append. */
  head: LogHead;
  /** Newest position that was passed to this trip and not refused. */
  taken: LivePosition | null;
  /** Positions to be appended, oldest first. */
  readonly waiting: LivePosition[];
  inFlight: number;
  queued: boolean;
  /** Whether a gateway listened to the trip at our last append. */
  followed: boolean;
}

export const newTrail = (tripId: TripId, driverId: DriverId): TripTrail => ({
  tripId,
  driverId,
  head: { epoch: 0, pos: 0 },
  taken: null,
  waiting: [],
  inFlight: 0,
  queued: false,
  followed: false,
});

export interface TripAppenderOptions {
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly metrics: GatewayMetrics;
  readonly counters: HotCounters;
  readonly log: Logger;
}

/**
 * Ms that positions of several trips are collected, so that they share one system call here, one round of the server and one read at the
 * followers' gateways. It counts against the 500 ms that riders are promised.
 */
const GATHER_MS = 20;

/** Positions of one trip that wait, and that are in flight. Beyond it the oldest waiting position is dropped and goes to history only. */
const MAX_PER_TRIP = 8;

/** Appends drivers' positions to the logs of their trips, in order. Bounded per trip, so that a slow Redis gets the newest positions and no backlog. */
export class TripAppender {
  readonly #options: TripAppenderOptions;
  #queue: TripTrail[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TripAppenderOptions) {
    this.#options = options;
  }

  /** Appends the position with the next flush, if it is newer than the last one. */
  append(trail: TripTrail, position: LivePosition): void {
    if (!isNewerPosition(position, trail.taken)) return;
    trail.taken = position;
    trail.waiting.push(position);
    if (trail.waiting.length > MAX_PER_TRIP) {
      trail.waiting.shift();
      this.#options.counters.positions.leftOut++;
    }
    this.#enqueue(trail);
  }

  #enqueue(trail: TripTrail): void {
    if (trail.queued) return;
    trail.queued = true;
    this.#queue.push(trail);
    this.#timer ??= setTimeout(this.#flush, GATHER_MS);
  }

  readonly #flush = (): void => {
    this.#timer = undefined;
    const queue = this.#queue;
    this.#queue = [];
    corked(this.#options.state, () => {
      for (const trail of queue) {
        trail.queued = false;
        while (trail.waiting.length > 0 && trail.inFlight < MAX_PER_TRIP) {
          void this.#send(trail, trail.waiting.shift() as LivePosition);
        }
      }
    });
  };

  /** Never rejects: the next position replaces one that could not be appended. */
  async #send(trail: TripTrail, position: LivePosition): Promise<void> {
    trail.inFlight++;
    const { state, region, metrics, counters, log } = this.#options;
    try {
      const { tripId, driverId, head } = trail;
      const appended = await appendFollowedPosition(state, region, tripId, driverId, position, head);
      if (appended !== null) {
        trail.head = appended.head;
        trail.followed = appended.followed;
      }
      // Not in the log: it may be passed again (LiveDriver.setTrip).
      else if (trail.taken === position) trail.taken = null;
      counters.positions[appended === null ? 'refused' : 'appended']++;
    } catch (error) {
      metrics.trip_positions_total.inc({ outcome: 'failed' });
      log.warn({ reason: (error as Error).message }, 'position not appended to its trip log');
    } finally {
      trail.inFlight--;
      if (trail.waiting.length > 0) this.#enqueue(trail);
    }
  }
}
