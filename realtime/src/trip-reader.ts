import type { RegionId, TripId, TripSnapshot } from '@rideline/contract';
import {
  type LoggedPosition,
  type LoggedTrip,
  type LogHead,
  readTripHead,
  readTripLog,
  type TripLog,
} from '@rideline/fleet/trip-log';
import { ageMs, type Clock } from '@rideline/platform/clock';
import type { RedisClient } from '@rideline/platform/redis';

export interface TripReaderOptions {
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly clock: Clock;
}

/** After every position: a reader who wants none. */
const END_OF_LOG: LogHead = { epoch: Number.MAX_SAFE_INTEGER, pos: 0 };

/** Reads trips as their logs in Redis tell them. */
export class TripReader {
  readonly #options: TripReaderOptions;

  constructor(options: TripReaderOptions) {
    this.#options = options;
  }

  read(tripId: TripId, since: LogHead | undefined = END_OF_LOG): Promise<TripLog> {
    return readTripLog(this.#options.state, this.#options.region, tripId, since);
  }

  head(tripId: TripId): ReturnType<typeof readTripHead> {
    return readTripHead(this.#options.state, this.#options.region, tripId);
  }

  /** null when Redis does not know the trip. */
  async snapshot(tripId: TripId): Promise<TripSnapshot | null> {
    const { trip, newest } = await this.read(tripId);
    return trip && this.snapshotOf(trip, newest);
  }

  snapshotOf({ tripId, state, version, driver }: LoggedTrip, newest: LoggedPosition | null): TripSnapshot {
    return { tripId, state, version, driver, position: newest && this.#position(newest) };
  }

  #position({ lat, lng, heading, speed, t }: LoggedPosition): TripSnapshot['position'] {
    return { lat, lng, heading, speed, at: t, ageMs: this.ageMs(t) };
  }

  /** Wall ms since the domain instant, at least 0. */
  ageMs(domainMs: number): number {
    return Math.max(0, ageMs(this.#options.clock, domainMs));
  }
}
