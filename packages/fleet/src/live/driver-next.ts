import {
  type DriverId,
  type GatewayId,
  type Offer,
  type OfferId,
  offerSchema,
  type RegionId,
  type TripId,
} from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { DRIVER_TTL_SECONDS, driver } from '../redis/redis-keys.ts';

/** A claim is released by the relay. One that is over for this long was left by a process that was killed, wall ms. */
const CLAIM_LEFT_MS = 60_000;

/** What comes next for a driver, as their hash has it. `unknown`: only MongoDB can tell. */
export interface DriverNext {
  readonly queued: TripId | null | 'unknown';
  readonly offer: Offer | null | 'unknown';
}

/**
 * Keeps the offer that a driver is held for, so that `sync` needs no read of MongoDB.
 * @returns the driver's gateway, read in the same step: a connection that opens later finds the offer in the hash
 */
export async function storeOffer(
  state: RedisClient,
  region: RegionId,
  driverId: DriverId,
  offer: Offer,
): Promise<GatewayId | null> {
  const key = driver(region, driverId);
  const results = await state
    .multi()
    .hset(key, 'offer', JSON.stringify(offer))
    .expire(key, DRIVER_TTL_SECONDS)
    .hget(key, 'gateway')
    .exec();
  const [error, gateway] = results?.at(-1) ?? [new Error('the transaction was not executed'), null];
  if (error) throw error;
  return gateway as GatewayId | null;
}

/** The driver has answered: until the relay releases the claim, only MongoDB knows what came of the offer. */
export async function forgetOffer(state: RedisClient, region: RegionId, driverId: DriverId): Promise<void> {
  await state.hdel(driver(region, driverId), 'offer');
}

function queuedOf(
  tripRev: string | null | undefined,
  queued: string | null | undefined,
): DriverNext['queued'] {
  const [rev, tripId] = queued?.split(':', 2) ?? [];
  if (rev === undefined || rev !== tripRev) return 'unknown';
  return tripId ? (tripId as TripId) : null;
}

function offerOf(claimed: OfferId, json: string | null | undefined): Offer | 'unknown' {
  if (!json) return 'unknown';
  const { data: offer } = offerSchema.safeParse(JSON.parse(json));
  return offer?.offerId === claimed ? offer : 'unknown';
}

/**
 * Reads the queued trip and the open offer of a driver. Without an answer of the relay to an offer that was answered, or after the loss of the
 * hash, they are unknown.
 */
export async function readDriverNext(
  state: RedisClient,
  region: RegionId,
  driverId: DriverId,
  now: { readonly wallMs: number; readonly domainMs: number },
): Promise<DriverNext> {
  const [claimed, until, json, tripRev, queued] = await state.hmget(
    driver(region, driverId),
    ...['claimOffer', 'claimUntil', 'offer', 'tripRev', 'queued'],
  );
  const next = queuedOf(tripRev, queued);
  if (!claimed || Number(until ?? 0) < now.wallMs - CLAIM_LEFT_MS) return { queued: next, offer: null };
  const offer = offerOf(claimed as OfferId, json);
  // Answered and not relayed yet: it may be the queued trip now.
  if (offer === 'unknown') return { queued: 'unknown', offer };
  return { queued: next, offer: offer.expiresAt > now.domainMs ? offer : null };
}
