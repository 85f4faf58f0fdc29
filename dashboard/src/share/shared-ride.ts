import {
  TRIP_ENDS,
  type TrackPosition,
  type TrackSubscribed,
  type TripEvent,
  type TripSnapshot,
  type TripStateName,
} from '@rideline/contract';

/** A position, with the age that it had when it arrived. */
export interface SharedPosition {
  readonly lat: number;
  readonly lng: number;
  readonly heading: number | null;
  readonly ageMs: number;
  /** Reading of the page's monotonic clock, ms. */
  readonly receivedMs: number;
}

/** What the page knows of the ride. */
export interface SharedRide {
  readonly state: TripStateName;
  readonly version: number;
  readonly driver: TripSnapshot['driver'];
  readonly position: SharedPosition | null;
  readonly etaSeconds: number | null;
}

/** A position older than this is stale: phones send every few seconds. */
export const STALE_MS = 10_000;

const WITH_POSITION: ReadonlySet<TripStateName> = new Set(['accepted', 'arrived', 'in_progress', 'at_stop']);
export const hasEnded = ({ state }: SharedRide): boolean => TRIP_ENDS.includes(state);

export function fromSnapshot({ snapshot, version }: TrackSubscribed, nowMs: number): SharedRide {
  const { state, driver, position, etaSeconds } = snapshot;
  return {
    state,
    version,
    driver,
    position: position && {
      lat: position.lat,
      lng: position.lng,
      heading: position.heading,
      ageMs: position.ageMs,
      receivedMs: nowMs,
    },
    etaSeconds: etaSeconds ?? null,
  };
}

export function withPosition(ride: SharedRide, position: TrackPosition, nowMs: number): SharedRide {
  if (!WITH_POSITION.has(ride.state)) return ride;
  const { lat, lng, heading, ageMs, etaSeconds } = position;
  return {
    ...ride,
    position: { lat, lng, heading, ageMs, receivedMs: nowMs },
    etaSeconds: etaSeconds ?? null,
  };
}

/**
 * The ride after an event, and whether the page has to subscribe again: an event names no driver, and an earlier one may be missing. What
 * belonged to the state before is gone at once.
 */
export function withEvent(
  ride: SharedRide,
  { state, version }: TripEvent,
): { readonly ride: SharedRide; readonly again: boolean } {
  if (version <= ride.version) return { ride, again: false };
  const keeps = WITH_POSITION.has(state);
  const next: SharedRide = {
    state,
    version,
    driver: keeps ? ride.driver : null,
    position: keeps ? ride.position : null,
    etaSeconds: null,
  };
  return { ride: next, again: !TRIP_ENDS.includes(state) };
}

export function positionAgeMs({ ageMs, receivedMs }: SharedPosition, nowMs: number): number {
  return Math.max(0, ageMs + nowMs - receivedMs);
}

/** Whole minutes, at least one. */
export function etaMinutes(seconds: number): number {
  return Math.max(1, Math.round(seconds / 60));
}
