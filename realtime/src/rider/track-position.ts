import type { TrackPosition, TripId } from '@rideline/contract';
import type { LoggedPosition } from '@rideline/fleet/live/trip-log';

/** A position of a trip's log as it is sent to a follower. */
export function trackPosition(
  tripId: TripId,
  logged: LoggedPosition,
  delivery: Pick<TrackPosition, 'skipped' | 'ageMs' | 'etaSeconds'>,
): TrackPosition {
  const { driverId, lat, lng, speed, heading, t, epoch, pos } = logged;
  return { driverId, tripId, lat, lng, speed, heading, timestamp: t, epoch, pos, ...delivery };
}
