import type { DriverId, DriverStatusValue } from '@rideline/contract';
import { type Placement, placeDrivers } from '@rideline/fleet/live/live-index';
import { driver } from '@rideline/fleet/redis/redis-keys';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { REGION } from '../test-process.ts';

export interface PlacedDriver {
  readonly driverId: string;
  readonly lat: number;
  readonly lng: number;
  readonly status?: DriverStatusValue;
  /** Domain and wall ms; default now. */
  readonly at?: number;
}

/** Puts drivers into the live index as a gateway does, and their status into their hashes. */
export async function placeFreeDrivers(state: RedisClient, drivers: readonly PlacedDriver[]): Promise<void> {
  const now = Date.now();
  const placements = drivers.map(
    ({ driverId, lat, lng, status = 'available', at = now }): Placement => ({
      driverId: driverId as DriverId,
      epoch: 1,
      status,
      position: { lat, lng, heading: null, speed: null, t: at, receivedAt: now, seq: 1, bootIndex: 1 },
    }),
  );
  await placeDrivers(state, REGION, placements, now);
  await Promise.all(
    drivers.map(({ driverId, status = 'available' }) =>
      state.hset(driver(REGION, driverId as DriverId), 'status', status),
    ),
  );
}
