import type { DriverId, GatewayId, RegionId } from '@rideline/contract';
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
  /** Writes the driver's trip from MongoDB into the hash. */
  readonly writeTrip: (driverId: DriverId) => Promise<unknown>;
}

/**
 * Writes a lost driver hash again from what this connection knows. The trip comes from MongoDB, and first: once the hash has its gateway, a
 * missing trip means that the driver is on none.
 */
export async function repairSession(connection: DriverConnection, parts: SessionRepairParts): Promise<void> {
  const { driverId, epoch, live } = connection;
  if (live.tripId !== null) await parts.writeTrip(driverId);
  if (connection.closed) return;
  await restoreDriverSession(parts.state, parts.region, driverId, {
    epoch,
    gateway: parts.gateway,
    status: live.reportedStatus,
    boots: connection.knownBoots,
  });
  connection.placeAgain();
}
