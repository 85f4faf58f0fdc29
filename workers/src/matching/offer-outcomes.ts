import type { StoredTrip } from '@rideline/fleet/store/models';
import type { DriverStats } from './driver-stats.ts';

/** Notes what became of drivers between two readings of a trip; `after` is undefined when it has ended. */
export function noteOutcomes(
  notes: DriverStats,
  before: StoredTrip | undefined,
  after: StoredTrip | undefined,
  now: number,
): void {
  const open = new Set(before?.offers.filter(({ state }) => state === 'open').map(({ offerId }) => offerId));
  for (const { offerId, driverId, state } of after?.offers ?? []) {
    if (!open.has(offerId)) continue;
    if (state === 'accepted') notes.answered(driverId, true, now);
    else if (state === 'declined' || state === 'expired') notes.answered(driverId, false, now);
    else if (state === 'undelivered') notes.undelivered(driverId, now);
  }
  const had = before?.driverId;
  if (had === undefined || after?.driverId === had) return;
  if (after === undefined) notes.freed(had, now);
  else notes.cancelled(had, now);
}
