import type {
  Point,
  TrackPosition,
  TripEvent,
  TripId,
  TripSnapshot,
  TripStateName,
} from '@rideline/contract';
import type { FollowGap } from './follow-state.ts';

/**
 * `starting`: no answer yet · `live` · `stale`: a driver is on the trip and no fix is younger than 10 s; show the position greyed, with its
 * age, and no arrival time · `ended`: the trip has ended, or it cannot be followed (`endCode`) · `stopped`: by the app.
 */
export type FollowStatus = 'starting' | 'live' | 'stale' | 'ended' | 'stopped';

/** The followed trip without its positions: the same object until a state event changes it. */
export interface FollowedTrip {
  readonly tripId: TripId;
  readonly state: TripStateName;
  readonly version: number;
  readonly driver: TripSnapshot['driver'];
  readonly pickup: Point | null;
  readonly dropoff: Point | null;
  readonly stops: readonly Point[];
  readonly stopsDone: number;
  /** The newest state event; null after a start or a reset. */
  readonly event: TripEvent | null;
}

/** The newest position. Its age by now: `Follow.ageMs()`; where to draw the car: `drawnPosition(follow)`. */
export interface FollowedPosition extends Point {
  /** m/s, degrees from north; null: not known. */
  readonly speed: number | null;
  readonly heading: number | null;
  /** When the fix was taken, epoch ms on the server's domain clock. */
  readonly timestamp: number;
  /** Age when it arrived, ms. */
  readonly ageMs: number;
}

/** What a screen shows of a followed trip. Immutable: a new object for each change, and the same one while nothing changes. */
export interface FollowView {
  readonly status: FollowStatus;
  readonly trip: FollowedTrip | null;
  /** null while there is no driver, or none has sent a fix yet. */
  readonly position: FollowedPosition | null;
  /** Seconds from the newest position to the pick-up, the next stop or the drop-off; null while there is no such way. */
  readonly etaSeconds: number | null;
  /** The newest gap: what was missed for good. */
  readonly gap: FollowGap | null;
  /** Why the trip cannot be followed, a code from the closed list; null after a regular end. */
  readonly endCode: string | null;
}

export const FIRST_VIEW: FollowView = {
  status: 'starting',
  trip: null,
  position: null,
  etaSeconds: null,
  gap: null,
  endCode: null,
};

/** States in which a driver is on the trip. */
const WITH_DRIVER: ReadonlySet<TripStateName> = new Set(['accepted', 'arrived', 'in_progress', 'at_stop']);

/** Whether the trip's driver is expected to send fixes. */
export function hasDriver({ trip }: FollowView): boolean {
  return trip !== null && WITH_DRIVER.has(trip.state);
}

/** The view after a snapshot, of a start, a reset or a recovery. `ageMs`: age of its position. */
export function withSnapshot(view: FollowView, snapshot: TripSnapshot, ageMs: number): FollowView {
  const { tripId, state, version, driver, position, pickup, dropoff, stops, stopsDone, etaSeconds } =
    snapshot;
  const event = view.trip?.version === version ? view.trip.event : null;
  const trip: FollowedTrip = {
    tripId,
    state,
    version,
    driver,
    pickup: pickup ?? null,
    dropoff: dropoff ?? null,
    stops: stops ?? [],
    stopsDone: stopsDone ?? 0,
    event,
  };
  return {
    ...view,
    trip: JSON.stringify(view.trip) === JSON.stringify(trip) ? view.trip : trip,
    position:
      position === null || !WITH_DRIVER.has(state)
        ? null
        : {
            lat: position.lat,
            lng: position.lng,
            speed: position.speed,
            heading: position.heading,
            timestamp: position.at,
            ageMs,
          },
    etaSeconds: etaSeconds ?? null,
  };
}

/** The view after a position. */
export function withPosition(view: FollowView, position: TrackPosition, ageMs: number): FollowView {
  const { lat, lng, speed, heading, timestamp, etaSeconds } = position;
  return {
    ...view,
    status: 'live',
    position: { lat, lng, speed, heading, timestamp, ageMs },
    etaSeconds: etaSeconds ?? null,
  };
}

/** Events by which the trip loses its driver. */
const LOSES_DRIVER = new Set(['driver_cancelled', 'reassigned', 'no_drivers']);

/** The view after a state event. The driver of an acceptance is in the next snapshot. */
export function withEvent(view: FollowView, event: TripEvent): FollowView {
  const { trip } = view;
  if (trip === null) return view;
  const { state, version, type, data } = event;
  const isDriven = WITH_DRIVER.has(state);
  return {
    ...view,
    trip: {
      ...trip,
      state,
      version,
      event,
      driver: LOSES_DRIVER.has(type) ? null : trip.driver,
      stopsDone: typeof data.stop === 'number' ? data.stop : trip.stopsDone,
    },
    position: isDriven ? view.position : null,
    // Another place is the next one; the next position has its arrival time.
    etaSeconds: state === trip.state ? view.etaSeconds : null,
  };
}
