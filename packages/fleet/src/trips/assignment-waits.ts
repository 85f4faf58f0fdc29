import type { TripEvent } from '@rideline/contract';
import type { RecentWait } from '../live/recent-waits.ts';
import type { StoredTrip } from './trip-collection.ts';

/**
 * The wait of each assignment among the events: from the request to the acceptance, and from there to the pick-up as the offer estimated it. A
 * trip that was scheduled for later, or that lost a driver before, says nothing about what somebody who requests now waits.
 */
export function waitsOf(trip: StoredTrip, events: readonly TripEvent[], nowMs: number): RecentWait[] {
  if (trip.scheduledAt !== undefined || trip.reallocations > 0) return [];
  return events.flatMap((event): RecentWait[] => {
    const offer = trip.offers.find(({ attempt }) => attempt === event.data.attempt);
    if (event.type !== 'accepted' || offer === undefined) return [];
    const seconds = Math.max(0, (event.at - trip.createdAt.getTime()) / 1000) + offer.etaSeconds;
    return [{ id: `${trip._id}-${event.version}`, pickup: trip.pickup, seconds, atMs: nowMs }];
  });
}
