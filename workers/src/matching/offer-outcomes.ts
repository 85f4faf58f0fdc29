import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import type { DriverStats } from './driver-stats.ts';

/** Updates the stats of drivers from two versions of a trip; `after` is undefined when the trip has ended. */
export function updateDriverStats(
  stats: DriverStats,
  before: StoredTrip | undefined,
  after: StoredTrip | undefined,
  now: number,
): void {
  const open = new Set(before?.offers.filter(({ state }) => state === 'open').map(({ offerId }) => offerId));
  for (const { offerId, driverId, state } of after?.offers ?? []) {
    if (!open.has(offerId)) continue;
    if (state === 'accepted') stats.answered(driverId, true, now);
    else if (state === 'declined' || state === 'expired') stats.answered(driverId, false, now);
    else if (state === 'undelivered') stats.undelivered(driverId, now);
  }
  const had = before?.driverId;
  if (had === undefined || after?.driverId === had) return;
  if (after === undefined) stats.freed(had, now);
  else stats.cancelled(had, now);
}
