import type { DriverId, GatewayId, RegionId, TripId } from '@rideline/contract';
import { restoreDriverSession } from '@rideline/fleet/live/driver-session';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { DriverConnection } from './driver-connection.ts';

/** What a driver hash says about who holds the driver. */
export interface HeldBy {
  readonly epoch: string | null | undefined;
  readonly gateway: string | null | undefined;
}

/** Whether the hash has lost this connection: a state Redis that lost its data has neither gateway nor epoch. */
export const isLost = ({ epoch }: DriverConnection, held: HeldBy): boolean =>
  !held.gateway || Number(held.epoch ?? 0) < epoch;

export interface SessionRepairParts {
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly gateway: GatewayId;
  /** Writes the driver's trip from MongoDB into the hash. @returns the trip and its change number in the hash */
  readonly writeTrip: (driverId: DriverId) => Promise<{ tripId: TripId | null; rev: number }>;
}

/**
 * Writes a lost driver hash again from what this connection knows. The trip comes from MongoDB, and first: once the hash has its gateway, a
 * missing trip means that the driver is on none. Its change number begins at 1 again: with the number of before, this connection would ignore
 * the next changes.
 * @throws errors of the state Redis, and of MongoDB while the driver is on a trip: the hash stays lost and is repaired later
 */
export async function repairSession(connection: DriverConnection, parts: SessionRepairParts): Promise<void> {
  const { driverId, epoch, live, tripRev } = connection;
  const tripBefore = live.tripId;
  const trip = await parts.writeTrip(driverId).catch((error: Error) => {
    if (tripBefore !== null || live.tripId !== null) throw error;
    return null;
  });
  if (connection.closed) return;
  const indexes = await restoreDriverSession(parts.state, parts.region, driverId, {
    epoch,
    gateway: parts.gateway,
    status: live.reportedStatus,
    boots: connection.knownBoots,
  });
  if (indexes === null || connection.closed) return;
  connection.renumberBoots(indexes);
  connection.acks.acknowledgeOnlyDurable();
  // A change that arrived meanwhile, or a trip that the driver has accepted meanwhile, is newer than what MongoDB had.
  if (trip !== null && connection.tripRev === tripRev)
    connection.repairTrip(live.tripId === tripBefore ? trip.tripId : live.tripId, trip.rev);
  connection.placeAgain();
}
