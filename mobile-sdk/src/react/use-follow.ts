import { useMemo, useSyncExternalStore } from 'react';
import type { FollowView } from '../follow/follow-view.ts';
import type { Rider } from '../rider/rider.ts';

const isTheView = (view: FollowView) => view;
const neverChanges = () => () => undefined;

/**
 * Follows a trip and returns what a screen shows of it. The trip is followed from the first mount until it ends or the app calls
 * `rider.followed(tripId)?.stop()`: an unmount ends only the subscription of the component, so that a screen that comes back goes on
 * without a gap. Draw a moving car with `drawnPosition(follow)` in an animation frame, which renders nothing.
 *
 * @param tripId null: nothing is followed
 * @param pick the part that the component shows, so that it renders only when that part changes: a member of the view, or a number, string
 * or boolean computed from it
 */
export function useFollow(rider: Rider, tripId: string | null): FollowView | null;
export function useFollow<Part>(
  rider: Rider,
  tripId: string | null,
  pick: (view: FollowView) => Part,
): Part | null;
export function useFollow(
  rider: Rider,
  tripId: string | null,
  pick: (view: FollowView) => unknown = isTheView,
): unknown {
  const subscribe = useMemo(
    () =>
      tripId === null
        ? neverChanges
        : (listener: () => void) => (rider.followed(tripId) ?? rider.follow(tripId)).onChange(listener),
    [rider, tripId],
  );
  const read = () => {
    const view = tripId === null ? undefined : rider.followed(tripId)?.view;
    return view === undefined ? null : pick(view);
  };
  return useSyncExternalStore(subscribe, read, read);
}
