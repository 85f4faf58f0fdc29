import { type FollowedTrip, TRIP_ENDS } from '@rideline/sdk/rider';

const BEFORE_THE_RIDE: ReadonlySet<string> = new Set([
  'scheduled',
  'searching',
  'offered',
  'accepted',
  'arrived',
]);

export const hasEnded = ({ state }: FollowedTrip): boolean => TRIP_ENDS.includes(state);
export const mayCancel = ({ state }: FollowedTrip): boolean => BEFORE_THE_RIDE.has(state);
