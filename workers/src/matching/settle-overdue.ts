import type { DriverClaims } from '@rideline/fleet/live/driver-claims';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import { settleDue } from '@rideline/fleet/trips/trip-commands';
import { dueStep } from '@rideline/fleet/trips/trip-due';
import type { TripStore } from '@rideline/fleet/trips/trip-store';

/** Trips settled concurrently. */
const CONCURRENCY = 16;

/**
 * Performs the steps of the open trips that are due by time alone. Timers and the sweeper do the same.
 * @returns the trips that changed
 */
export async function settleOverdue(
  { tripStore, claims }: { tripStore: TripStore; claims: DriverClaims },
  trips: Iterable<StoredTrip>,
  onFailed: (error: Error) => void,
): Promise<StoredTrip[]> {
  const now = tripStore.clock.domainMs();
  const due = [...trips].filter((trip) => dueStep(trip, now, tripStore.searchBudgetMs) !== null);
  const changed: StoredTrip[] = [];
  for (let at = 0; at < due.length; at += CONCURRENCY) {
    const batch = due.slice(at, at + CONCURRENCY).map(async (trip) => {
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
