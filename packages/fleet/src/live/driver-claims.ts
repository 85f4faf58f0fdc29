import type { DriverId, OfferId, RegionId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { DRIVER_TTL_SECONDS, driver } from '../redis/redis-keys.ts';

/**
 * Which driver is held for which offer, so that a driver does not get two offers at a time. Only a fast filter: a claim may be lost with
 * Redis or outlive its offer. Two implementations: Redis here, and the model of the seeded simulator.
 */
export interface DriverClaims {
  /** @returns false when the driver is on a trip, not available, or held for another offer */
  claim(driverId: DriverId, claim: { offerId: OfferId; leaseMs: number; queued: boolean }): Promise<boolean>;
  /** Ends the claim, if the driver is held for this offer. */
  release(driverId: DriverId, offerId: OfferId): Promise<void>;
  /** The driver's phone has acknowledged the offer. */
  markSeen(driverId: DriverId, offerId: OfferId): Promise<void>;
  wasSeen(driverId: DriverId, offerId: OfferId): Promise<boolean>;
}

const CLAIM = loadLuaScript('claim-driver-1');
const RELEASE = loadLuaScript('release-claim-1');

/** Claims in the driver hashes; leases by the clock of Redis. */
export function createDriverClaims(options: { state: RedisClient; region: RegionId }): DriverClaims {
  const { state, region } = options;
  return {
    async claim(driverId, { offerId, leaseMs, queued }) {
      const args = [offerId, Math.ceil(leaseMs), queued ? '1' : '0', DRIVER_TTL_SECONDS];
      return (await runLuaScript(state, CLAIM, [driver(region, driverId)], args)) === 1;
    },
    async release(driverId, offerId) {
      await runLuaScript(state, RELEASE, [driver(region, driverId)], [offerId]);
    },
    async markSeen(driverId, offerId) {
      const key = driver(region, driverId);
      // The hash may have been lost: then this write makes it, and without a TTL it would stay for ever.
      await state.multi().hset(key, 'offerSeen', offerId).expire(key, DRIVER_TTL_SECONDS).exec();
    },
    async wasSeen(driverId, offerId) {
      return (await state.hget(driver(region, driverId), 'offerSeen')) === offerId;
    },
  };
}
