import { Driver, type DriverOptions } from './driver.ts';
import { Rider, type RiderOptions } from './rider.ts';

export { deviceClock, type SdkClock } from './clock.ts';
export type { CommandOutcome, CommandStorage, StoredCommand } from './command-queue.ts';
export type { TokenSource } from './connection.ts';
export type { Advice, ConnectionState, TransportName } from './connection-state.ts';
export type { Driver, DriverEvents, DriverOptions, DriverStats, FixInput } from './driver.ts';
export type { FollowHandlers } from './follow.ts';
export type { ResetReason } from './follow-state.ts';
export type { OutboxOptions } from './outbox.ts';
export type { Rider, RiderEvents, RiderOptions, RiderStats, TripWish } from './rider.ts';

/** A driver's phone. Nothing is opened before `connect()`; fixes may be pushed at once. */
export function createDriver(options: DriverOptions): Driver {
  return new Driver(options);
}

/** A rider's phone. Nothing is opened before `connect()`; trips may be followed at once. */
export function createRider(options: RiderOptions): Rider {
  return new Rider(options);
}
