import type { DriverAction, TripSnapshot } from '@rideline/sdk/driver';

/** The next step of a ride; null when there is none, which no state of an assigned trip has. */
export function nextAction({ state, stops = [], stopsDone = 0 }: TripSnapshot): DriverAction | null {
  switch (state) {
    case 'accepted':
      return 'arrived';
    case 'arrived':
      return 'start';
    case 'in_progress':
      return stopsDone < stops.length ? 'stop_reached' : 'complete';
    case 'at_stop':
      return 'resume';
    default:
      return null;
  }
}
