import type { DriverClaims } from '@rideline/fleet/matching/driver-claims';
import type { StoredTrip } from '@rideline/fleet/store/models';
import { settleDue } from '@rideline/fleet/trips/trip-commands';
import { dueStep } from '@rideline/fleet/trips/trip-due';
import type { TripStore } from '@rideline/fleet/trips/trip-store';

/** Trips settled at a time. */
const AT_ONCE = 16;

/**
 * Does what is due by time alone of the trips that are held: the tick's half of what timers and the sweeper also do.
 * @returns the trips that were changed
 */
export async function settleOverdue(
  { tripStore, claims }: { tripStore: TripStore; claims: DriverClaims },
  trips: Iterable<StoredTrip>,
  onFailed: (error: Error) => void,
): Promise<StoredTrip[]> {
  const now = tripStore.clock.domainMs();
  const due = [...trips].filter((trip) => dueStep(trip, now, tripStore.searchBudgetMs) !== null);
  const changed: StoredTrip[] = [];
  for (let at = 0; at < due.length; at += AT_ONCE) {
    const batch = due.slice(at, at + AT_ONCE).map(async (trip) => {
      const settled = await settleDue(tripStore, trip._id, ({ driverId, offerId }) =>
        claims.wasSeen(driverId, offerId),
      );
      if (settled) changed.push(trip);
    });
    for (const answer of await Promise.allSettled(batch)) {
      if (answer.status === 'rejected') onFailed(answer.reason as Error);
    }
  }
  return changed;
}
