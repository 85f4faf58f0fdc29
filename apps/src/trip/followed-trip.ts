import { type FollowedTrip, TRIP_ENDS } from '@rideline/sdk/rider';

export type { FollowedTrip };

const BEFORE_THE_RIDE: ReadonlySet<string> = new Set([
  'scheduled',
  'searching',
  'offered',
  'accepted',
  'arrived',
]);

export const hasEnded = ({ state }: Pick<FollowedTrip, 'state'>): boolean => TRIP_ENDS.includes(state);

/** The rider may cancel before the ride, and end it when its driver's phone is silent. */
export function mayCancel({ state }: Pick<FollowedTrip, 'state'>, riderMayEnd: boolean): boolean {
  return BEFORE_THE_RIDE.has(state) || (riderMayEnd && !hasEnded({ state }));
}

/** Whether the rider may end the ride after this event; undefined: it says nothing about that. */
export function mayEndAfter({
  type,
  data,
}: {
  readonly type: string;
  readonly data: object;
}): boolean | undefined {
  if (type === 'driver_silent') return 'riderMayEnd' in data && data.riderMayEnd === true;
  return type === 'driver_heard' || type === 'driver_cancelled' || type === 'reassigned' ? false : undefined;
}
