import type { DriverId, RegionId, TripId } from '@rideline/contract';
import type { LivePosition } from '@rideline/fleet/live-index';
import { appendPosition, isNewerPosition, type LogHead } from '@rideline/fleet/trip-log';
import type { Metrics } from '@rideline/platform/metrics';
import type { RedisClient } from '@rideline/platform/redis';
import type { Logger } from '@rideline/platform/telemetry';

/** What a driver on a trip has told his followers. One per connection and trip. */
export interface TripTrail {
  readonly tripId: TripId;
  readonly driverId: DriverId;
  /** Where the log stood after our last append. */
  head: LogHead;
  appended: LivePosition | null;
  appending: boolean;
}

export const newTrail = (tripId: TripId, driverId: DriverId): TripTrail => ({
  tripId,
  driverId,
  head: { epoch: 0, pos: 0 },
  appended: null,
  appending: false,
});

export interface TripAppenderOptions {
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/**
 * Appends drivers' newest positions to the logs of their trips. One append per trip is under way at a time and what comes meanwhile is
 * represented by the newest, so that a slow Redis is never given more than one command per trip.
 */
export class TripAppender {
  readonly #options: TripAppenderOptions;

  constructor(options: TripAppenderOptions) {
    this.#options = options;
  }

  /** Appends what `newest` returns, and again while it has moved on. Never rejects: the next fix tries again. */
  async append(trail: TripTrail, newest: () => LivePosition | null): Promise<void> {
    if (trail.appending) return;
    trail.appending = true;
    const { state, region, metrics, log } = this.#options;
    try {
      for (
        let position = newest();
        position !== null && isNewerPosition(position, trail.appended);
        position = newest()
      ) {
        const head = await appendPosition(state, region, trail.tripId, trail.driverId, position, trail.head);
        trail.appended = position;
        if (head !== null) trail.head = head;
        metrics.trip_positions_total.inc({ outcome: head === null ? 'refused' : 'appended' });
      }
    } catch (error) {
      metrics.trip_positions_total.inc({ outcome: 'failed' });
      log.warn({ reason: (error as Error).message }, 'position not appended to its trip');
    } finally {
      trail.appending = false;
    }
  }
}
