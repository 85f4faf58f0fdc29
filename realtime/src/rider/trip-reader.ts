import type { RegionId, TripId, TripSnapshot, TripStateName } from '@rideline/contract';
import { distanceMetres } from '@rideline/fleet/geo/distance';
import {
  type LoggedPosition,
  type LoggedRoute,
  type LoggedTrip,
  type LogHead,
  readTripHead,
  readTripLog,
  type TripLog,
} from '@rideline/fleet/live/trip-log';
import { crowFlySeconds } from '@rideline/fleet/matching/eta';
import { hasTripRight } from '@rideline/fleet/trips/trip-rights';
import { ageMs, type Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';

/** Seconds until the driver reaches the trip's next place; null when there is none. */
function etaOf(state: TripStateName, route: LoggedRoute, from: { lat: number; lng: number }): number | null {
  const to =
    state === 'accepted'
      ? route.pickup
      : state === 'in_progress'
        ? (route.stops[route.stopsDone] ?? route.dropoff)
        : null;
  return to && Math.round(crowFlySeconds(distanceMetres(from.lat, from.lng, to.lat, to.lng)));
}

/** Seconds from a position to the trip's next place; null when there is none, or when only MongoDB has the trip. */
export function etaSecondsOf(
  { state, route }: LoggedTrip,
  from: { lat: number; lng: number },
): number | null {
  return route ? etaOf(state, route, from) : null;
}

export interface TripReaderOptions {
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly clock: Clock;
}

/** A cursor after every position: the read returns none. */
const END_OF_LOG: LogHead = { epoch: Number.MAX_SAFE_INTEGER, pos: 0 };

/** Reads trips from their logs in Redis. */
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

  /** null when the trip is not in Redis. */
  async snapshot(tripId: TripId): Promise<TripSnapshot | null> {
    const { trip, newest } = await this.read(tripId);
    return trip && this.snapshotOf(trip, newest);
  }

  snapshotOf(trip: LoggedTrip, newest: LoggedPosition | null): TripSnapshot {
    const { tripId, state, version, driver, route, stopped = false } = trip;
    // The newest position may be of a driver who has given the trip back, and of a trip that has ended nobody is shown one.
    const isShown = !stopped && newest?.driverId === driver?.id && hasTripRight('rider', state, 'position');
    const position = newest !== null && isShown ? this.#position(newest) : null;
    const etaSeconds = isShown ? newest && etaSecondsOf(trip, newest) : null;
    return {
      tripId,
      state,
      version,
      driver,
      position,
      ...(etaSeconds === null ? {} : { etaSeconds }),
      ...(route ? { ...route, stops: [...route.stops] } : {}),
    };
  }

  #position({ lat, lng, heading, speed, t }: LoggedPosition): TripSnapshot['position'] {
    return { lat, lng, heading, speed, at: t, ageMs: this.ageMs(t) };
  }

  /** Wall ms since the domain instant, at least 0. */
  ageMs(domainMs: number): number {
    return Math.max(0, ageMs(this.#options.clock, domainMs));
  }
}
