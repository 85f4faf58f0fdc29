import { Driver, type DriverOptions } from './driver/driver.ts';
import { Rider, type RiderOptions } from './rider/rider.ts';
import { Session, type SessionOptions } from './session/session.ts';

export { deviceClock, type SdkClock } from './time/clock.ts';
export type { CommandOutcome, CommandStorage, StoredCommand } from './commands/command-queue.ts';
export type { Advice, ConnectionState, TransportName } from './connection/connection-state.ts';
export type { Driver, DriverEvents, DriverOptions, DriverStats, FixInput } from './driver/driver.ts';
export type { FollowHandlers } from './follow/follow.ts';
export type { ResetReason } from './follow/follow-state.ts';
export type { OutboxOptions } from './fixes/outbox.ts';
export { createRestClient, type RestClient, type RestOptions } from './rest/rest-client.ts';
export type { Rider, RiderEvents, RiderOptions, RiderStats, TripInput } from './rider/rider.ts';
export { type CallInit, openSession, type SessionOptions } from './session/session.ts';
export type { TokenFunction, TokenKeeper, TokenSource } from './session/token-source.ts';
export type { Session };

/** A driver's phone. Opens no connection before `connect()`; fixes may be pushed at once. */
export function createDriver(options: DriverOptions): Driver {
  return new Driver(options);
}

/** A rider's phone. Opens no connection before `connect()`; trips may be followed at once. */
export function createRider(options: RiderOptions): Rider {
  return new Rider(options);
}

/** Continues a stored session: pass it to `createDriver` and `createRider` as `token`. `openSession` starts a new one. */
export function createSession(options: SessionOptions): Session {
  return new Session(options);
}
