import type { Point, TripId, TripStateName } from '@rideline/contract';
import { distanceMetres } from '@rideline/fleet/geo/distance';
import type { LivePosition } from '@rideline/fleet/live/live-index';
import type { LoggedRoute } from '@rideline/fleet/live/trip-log';
import type { UplinkDecision } from '@rideline/fleet/live/uplink-policy';

/** Within this distance a driver has not moved: it covers the noise of a parked receiver. */
const MOVED_METRES = 50;
/** The trip is read again after this time, in case the message about a change was lost. Wall ms. */
const TRIP_VALID_MS = 60_000;

/** The place where the driver goes next, or is; null when the trip has none now. */
export function nextPlace(state: TripStateName, route: LoggedRoute | undefined): Point | null {
  if (route === undefined) return null;
  switch (state) {
    case 'accepted':
    case 'arrived':
      return route.pickup;
    case 'in_progress':
    case 'at_stop':
      return route.stops[route.stopsDone] ?? route.dropoff;
    default:
      return null;
  }
}

/** What decides one connected driver's uplink policy, and the policy that their phone has. */
export class DriverUplink {
  /** The decision in force; null before the first. */
  decision: UplinkDecision | null = null;
  /** The policy that the phone has, as one text; null before the first. */
  sent: string | null = null;
  battery: number | null = null;
  charging = false;
  #from: { lat: number; lng: number; atMs: number } | null = null;
  #trip: { readonly tripId: TripId; readonly place: Point | null; readonly readMs: number } | null = null;
  #isReading = false;
  /** Raised with every change of the trip: what was read before is not kept. */
  #change = 0;

  /** The driver's trip has changed: its place is read again. */
  tripChanged(): void {
    this.#trip = null;
    this.#change++;
  }

  /** Wall ms since the driver last moved by more than the noise of a receiver; null without a position. */
  standingMs(position: LivePosition | null, nowMs: number): number | null {
    if (position === null) return null;
    const from = this.#from;
    if (from === null || distanceMetres(from.lat, from.lng, position.lat, position.lng) > MOVED_METRES) {
      this.#from = { lat: position.lat, lng: position.lng, atMs: nowMs };
      return 0;
    }
    return Math.max(0, nowMs - from.atMs);
  }

  /** Metres to the next place of the trip, null while it is not known. */
  metresToStop(tripId: TripId | null, position: LivePosition | null): number | null {
    if (position === null || this.#trip === null || this.#trip.tripId !== tripId) return null;
    const { place } = this.#trip;
    return place === null ? null : distanceMetres(position.lat, position.lng, place.lat, place.lng);
  }

  /** Reads the trip's next place when it is not known or too old. Never rejects: the next round tries again. */
  async readTrip(
    tripId: TripId | null,
    nowMs: number,
    read: (tripId: TripId) => Promise<{ state: TripStateName; route?: LoggedRoute | undefined } | null>,
  ): Promise<void> {
    if (tripId === null || this.#isReading) return;
    if (this.#trip?.tripId === tripId && nowMs - this.#trip.readMs < TRIP_VALID_MS) return;
    this.#isReading = true;
    const change = this.#change;
    try {
      const trip = await read(tripId);
      const place = trip === null ? null : nextPlace(trip.state, trip.route);
      if (change === this.#change) this.#trip = { tripId, place, readMs: nowMs };
    } catch {
      // Redis is away, which dependency-watch reports. Without the place the driver counts as far from it.
    } finally {
      this.#isReading = false;
    }
  }
}
