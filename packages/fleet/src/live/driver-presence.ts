import type { DriverId, RegionId } from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { corked } from '@rideline/platform/redis/redis-cork';
import { DRIVER_TTL_SECONDS, driver, live } from '../redis/redis-keys.ts';
import { decodeLive } from './live-index.ts';

/**
 * When the phone of a driver was last heard, epoch ms on the domain clock: a fix was received from it, or it was connected. null when nothing
 * is known, as after a loss of the state Redis.
 */
export async function lastHeardMs(
  state: RedisClient,
  region: RegionId,
  driverId: DriverId,
  clock: Clock,
): Promise<number | null> {
  const [newest, connectedAt] = await Promise.all([
    state.hget(live(region), driverId),
    state.hget(driver(region, driverId), 'heardAt'),
  ]);
  const wallMs = Math.max(decodeLive(newest)?.position.receivedAt ?? 0, Number(connectedAt ?? 0));
  return wallMs === 0 ? null : clock.domainMs() - (clock.wallMs() - wallMs) * clock.rate;
}

/** Stores that these drivers are connected now. */
export async function recordConnected(
  state: RedisClient,
  region: RegionId,
  driverIds: readonly DriverId[],
  wallMs: number,
): Promise<void> {
  await Promise.all(
    corked(state, () =>
      driverIds.flatMap((driverId) => {
        const key = driver(region, driverId);
        return [state.hset(key, 'heardAt', wallMs), state.expire(key, DRIVER_TTL_SECONDS)];
      }),
    ),
  );
}
