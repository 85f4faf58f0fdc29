/*
 * The states of a trip without their schema: the SDK's package contains this file, and no zod (docs/decisions/0163-sdk-package.md).
 */

export const TRIP_STATES = [
  'scheduled',
  'searching',
  'offered',
  'accepted',
  'arrived',
  'in_progress',
  'at_stop',
  'completed',
  'cancelled',
  'no_show',
  'no_drivers',
  'failed',
] as const;
export type TripStateName = (typeof TRIP_STATES)[number];

/** Final states. */
export const TRIP_ENDS: readonly TripStateName[] = [
  'completed',
  'cancelled',
  'no_show',
  'no_drivers',
  'failed',
];
