import {
  SHARED_DRIVER_ID,
  SHARED_TRIP_ID,
  type TrackPosition,
  type TrackSubscribed,
  type TripEvent,
  type TripId,
  type TripSnapshot,
} from '@rideline/contract';
import { hasTripRight } from '@rideline/fleet/trips/trip-rights';
import type { AnySocket } from '../socket/socket-data.ts';

/**
 * What the holder of a share link is sent. Each message is built field by field: what a later release adds to a message for riders stays out of
 * it until somebody decides otherwise here.
 */

/** The trip of a share link's socket; null for the socket of a rider. */
export function sharedTripOf({ data: { principal } }: AnySocket): TripId | null {
  // A token of a share always names its trip; without one it would follow none.
  return principal.role === 'share' ? (principal.tripId ?? SHARED_TRIP_ID) : null;
}

/** Versions stay, so that a hole is noticed; who did what, and why, does not. */
export function sharedEvent({ version, state, at }: TripEvent): TripEvent {
  return { tripId: SHARED_TRIP_ID, version, type: state, state, at, actor: 'system', data: {} };
}

export function sharedPosition(position: TrackPosition): TrackPosition {
  const { lat, lng, speed, heading, timestamp, epoch, pos, skipped, ageMs, etaSeconds } = position;
  return {
    driverId: SHARED_DRIVER_ID,
    tripId: SHARED_TRIP_ID,
    lat,
    lng,
    speed,
    heading,
    timestamp,
    epoch,
    pos,
    skipped,
    ageMs,
    ...(etaSeconds === undefined ? {} : { etaSeconds }),
  };
}

/** The first word of the name; none for a driver without a profile, whose name is their id. */
function sharedDriver(driver: NonNullable<TripSnapshot['driver']>): NonNullable<TripSnapshot['driver']> {
  const { id, name, vehicle, plate } = driver;
  const first = name === (id as string) ? '' : (name.trim().split(/\s+/)[0] ?? '');
  return { id: SHARED_DRIVER_ID, name: first, vehicle, plate };
}

/** Always a start from the snapshot: positions from before the link was opened are not for its holder. */
export function sharedSubscribed({ version, epoch, pos, snapshot }: TrackSubscribed): TrackSubscribed {
  const { state, driver, position, etaSeconds } = snapshot;
  return {
    version,
    epoch,
    pos,
    snapshot: {
      tripId: SHARED_TRIP_ID,
      state,
      version: snapshot.version,
      driver: driver && hasTripRight('share', state, 'driver') ? sharedDriver(driver) : null,
      ...(hasTripRight('share', state, 'position')
        ? { position, ...(etaSeconds === undefined ? {} : { etaSeconds }) }
        : { position: null }),
    },
    missed: [],
    recovered: false,
  };
}
