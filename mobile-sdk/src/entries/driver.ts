/**
 * `@rideline/sdk/driver`: a driver's phone. Runs in React Native, browsers and Node.
 *
 * @module
 */

import { Driver, type DriverOptions } from '../driver/driver.ts';

export type {
  DriverAction,
  DriverStatusValue,
  LocationAck,
  LocationRefused,
  Offer,
  OfferId,
  OfferRevoked,
  RefusedVerdict,
  SeqRange,
  UplinkPolicy,
  VehicleId,
} from '@rideline/contract';
export type { Driver, DriverEvents, DriverOptions, DriverStats, FixInput } from '../driver/driver.ts';
export type { StatusOutcome } from '../driver/status-keeper.ts';
export type { OutboxOptions, OutboxStats } from '../fixes/outbox.ts';
export * from '../shared-exports.ts';

/** A driver's phone. Opens no connection before `connect()`; fixes may be pushed at once. */
export function createDriver(options: DriverOptions): Driver {
  return new Driver(options);
}
