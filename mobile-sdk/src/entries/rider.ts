/**
 * `@rideline/sdk/rider`: a rider's phone. Runs in React Native, browsers and Node.
 *
 * @module
 */

import { Rider, type RiderOptions } from '../rider/rider.ts';

export type { Tier, TrackPosition, TrackSubscribed } from '@rideline/contract';
export { drawnPosition } from '../follow/drawn-car.ts';
export { type Follow, type FollowHandlers, STALE_AFTER_MS } from '../follow/follow.ts';
export type { FollowGap, ResetReason } from '../follow/follow-state.ts';
export type { FollowedPosition, FollowedTrip, FollowStatus, FollowView } from '../follow/follow-view.ts';
export { type DrawnKind, type DrawnPosition, MOTION, type Place } from '../follow/motion.ts';
export type { Rider, RiderEvents, RiderOptions, RiderStats, TripInput } from '../rider/rider.ts';
export * from '../shared-exports.ts';

/** A rider's phone. Opens no connection before `connect()`; trips may be followed at once. */
export function createRider(options: RiderOptions): Rider {
  return new Rider(options);
}
