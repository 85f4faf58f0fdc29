import type { FollowedTrip } from '@rideline/sdk/rider';

const ENDS: ReadonlySet<string> = new Set(['completed', 'cancelled', 'no_show', 'no_drivers', 'failed']);
const BEFORE_THE_RIDE: ReadonlySet<string> = new Set([
  'scheduled',
  'searching',
  'offered',
  'accepted',
  'arrived',
]);

export const hasEnded = ({ state }: FollowedTrip): boolean => ENDS.has(state);
export const mayCancel = ({ state }: FollowedTrip): boolean => BEFORE_THE_RIDE.has(state);
