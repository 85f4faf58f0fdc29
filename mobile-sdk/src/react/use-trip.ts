import type { FollowedTrip, FollowView } from '../follow/follow-view.ts';
import type { Rider } from '../rider/rider.ts';
import { useFollow } from './use-follow.ts';

const tripOf = (view: FollowView) => view.trip;

/** A rider's trip without its positions: the component renders when the trip's state changes. Follows the trip as `useFollow` does. */
export function useTrip(rider: Rider, tripId: string | null): FollowedTrip | null {
  return useFollow(rider, tripId, tripOf);
}
