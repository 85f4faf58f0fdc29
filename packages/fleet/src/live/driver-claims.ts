import { type DriverId, LIMITS, type OfferId, type RegionId, type RiderId } from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { DRIVER_TTL_SECONDS, driver, driverCoolDowns, driverOffers } from '../redis/redis-keys.ts';

/** An offer for which a driver is to be held. */
export interface Claim {
  readonly offerId: OfferId;
  readonly riderId: RiderId;
  readonly leaseMs: number;
  /** For a trip after the driver's current ride. */
  readonly queued: boolean;
}

/**
 * held: the driver is on a trip, not available, or held for another offer · offer_limit: too many offers of theirs ended without an acceptance
 * of late · cooling_down: the rider has just cancelled with this driver, or the driver declined the rider's trip.
 */
export type ClaimResult =
  | { readonly outcome: 'granted' }
  | { readonly outcome: 'held' }
  | {
      readonly outcome: 'offer_limit' | 'cooling_down';
      /** Wall ms after which it is over. */
      readonly waitMs: number;
    };

/**
 * Which driver is held for which offer, so that a driver does not get two offers at a time, and which offers they have just had. Only a fast
 * filter: it may be lost with Redis, and a claim may outlive its offer. Two implementations: Redis here, and the model of the seeded simulator.
 */
export interface DriverClaims {
  claim(driverId: DriverId, claim: Claim): Promise<ClaimResult>;
  /** Ends the claim, if the driver is held for this offer. @param isUnaccepted whether the offer was made and ended without an acceptance */
  release(driverId: DriverId, offerId: OfferId, isUnaccepted: boolean): Promise<void>;
  /** Begins the cool-down of a rider and a driver. */
  coolDown(driverId: DriverId, riderId: RiderId): Promise<void>;
  /** The driver's phone has acknowledged the offer. */
  markSeen(driverId: DriverId, offerId: OfferId): Promise<void>;
  wasSeen(driverId: DriverId, offerId: OfferId): Promise<boolean>;
}

const CLAIM = loadLuaScript('claim-driver-3');
const RELEASE = loadLuaScript('release-claim-2');
const COOL_DOWN = loadLuaScript('cool-down-1');
/** Cool-downs kept of one driver: bounds the key. */
const MOST_COOL_DOWNS = 100;

/** Claims in the driver hashes; times by the clock of Redis. The limits are in domain time: a fast replay has as many offers per wall second more. */
export function createDriverClaims(options: {
  state: RedisClient;
  region: RegionId;
  clock: Pick<Clock, 'rate'>;
}): DriverClaims {
  const { state, region, clock } = options;
  const windowMs = Math.ceil(LIMITS.unacceptedOffersWindowMs / clock.rate);
  const coolDownMs = Math.ceil(LIMITS.pairCoolDownMs / clock.rate);
  return {
    async claim(driverId, { offerId, riderId, leaseMs, queued }) {
      const keys = [
        driver(region, driverId),
        driverOffers(region, driverId),
        driverCoolDowns(region, driverId),
      ];
      const limit = [LIMITS.unacceptedOffers, windowMs, DRIVER_TTL_SECONDS];
      const args = [offerId, Math.ceil(leaseMs), queued ? '1' : '0', riderId, ...limit];
      const [outcome, waitMs] = (await runLuaScript(state, CLAIM, keys, args)) as [
        ClaimResult['outcome'],
        number | undefined,
      ];
      if (outcome === 'granted' || outcome === 'held') return { outcome };
      return { outcome, waitMs: waitMs ?? 0 };
    },
    async release(driverId, offerId, isUnaccepted) {
      const keys = [driver(region, driverId), driverOffers(region, driverId)];
      await runLuaScript(state, RELEASE, keys, [offerId, isUnaccepted ? '1' : '0', windowMs]);
    },
    async coolDown(driverId, riderId) {
      const args = [riderId, coolDownMs, MOST_COOL_DOWNS];
      await runLuaScript(state, COOL_DOWN, [driverCoolDowns(region, driverId)], args);
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
