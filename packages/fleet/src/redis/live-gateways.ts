import type { GatewayId, RegionId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { gateways } from './redis-keys.ts';

/** A gateway whose heartbeat is older counts as gone, wall ms. */
const GATEWAY_FRESH_MS = 15_000;

/** Gateways whose heartbeat is fresh, newest first, at most `most`. */
export async function liveGateways(
  state: RedisClient,
  region: RegionId,
  wallMs: number,
  most: number,
): Promise<GatewayId[]> {
  const fresh = await state.zrevrangebyscore(
    gateways(region),
    '+inf',
    wallMs - GATEWAY_FRESH_MS,
    'LIMIT',
    0,
    most,
  );
  return fresh as GatewayId[];
}
