/**
 * `@rideline/sdk/driver`: a driver's phone. Runs in React Native, browsers and Node.
 *
 * @module
 */

import { Driver, type DriverOptions } from '../driver/driver.ts';

export type {
  DriverAction,
  DriverStatusValue,
  HealthCondition,
  LocationAck,
  LocationRefused,
  Offer,
  OfferId,
  OfferRevoked,
  RefusedVerdict,
  SeqRange,
  UplinkPolicy,
  UplinkPolicyName,
  UplinkTriggers,
  VehicleId,
} from '@rideline/contract';
export type { Driver, DriverEvents, DriverOptions, DriverStats, FixInput } from '../driver/driver.ts';
export type { StatusOutcome } from '../driver/status-keeper.ts';
export type { OutboxOptions, OutboxStats } from '../fixes/outbox.ts';
export { type DriverStorage, driverStorage } from '../fixes/stored-fixes.ts';
export type {
  DeviceState,
  LocationHandlers,
  LocationProblem,
  LocationSample,
  LocationSource,
} from '../location/location-source.ts';
export type { AliveStorage, TrackOptions } from '../location/location-tracker.ts';
export { trackLocation } from '../location/track-location.ts';
export * from '../shared-exports.ts';

/** A driver's phone. Opens no connection before `connect()`; fixes may be pushed at once. */
export function createDriver(options: DriverOptions): Driver {
  return new Driver(options);
}
