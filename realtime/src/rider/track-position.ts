import type { TrackPosition, TripId } from '@rideline/contract';
import type { LoggedPosition } from '@rideline/fleet/trips/trip-log';

/** What a follower is told of a position in the log of his trip. */
export function trackPosition(
  tripId: TripId,
  logged: LoggedPosition,
  told: Pick<TrackPosition, 'skipped' | 'ageMs'>,
): TrackPosition {
  const { driverId, lat, lng, speed, heading, t, epoch, pos } = logged;
  const { skipped, ageMs } = told;
  return { driverId, tripId, lat, lng, speed, heading, timestamp: t, epoch, pos, skipped, ageMs };
}
