import type { RegionId, TripId, TripSnapshot } from '@rideline/contract';
import { type LoggedPosition, readTripLog, type TripLog } from '@rideline/fleet/trip-log';
import { ageMs, type Clock } from '@rideline/platform/clock';
import type { RedisClient } from '@rideline/platform/redis';

export interface TripReaderOptions {
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly clock: Clock;
}

/** Reads trips as their logs in Redis tell them. */
export class TripReader {
  readonly #options: TripReaderOptions;

  constructor(options: TripReaderOptions) {
    this.#options = options;
  }

  read(tripId: TripId, since: { epoch: number; pos: number }): Promise<TripLog> {
    return readTripLog(this.#options.state, this.#options.region, tripId, since);
  }

  /** null when Redis does not know the trip. */
  async snapshot(tripId: TripId): Promise<TripSnapshot | null> {
    return this.snapshotOf(await this.read(tripId, { epoch: 0, pos: 0 }));
  }

  snapshotOf(log: TripLog): TripSnapshot | null {
    if (log.trip === null) return null;
    const { tripId, state, version, driver } = log.trip;
    return { tripId, state, version, driver, position: log.newest && this.#position(log.newest) };
  }

  #position({ lat, lng, heading, speed, t }: LoggedPosition): TripSnapshot['position'] {
    return { lat, lng, heading, speed, at: t, ageMs: Math.max(0, ageMs(this.#options.clock, t)) };
  }
}
