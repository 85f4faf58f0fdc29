import type { RegionId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { tileOf } from '../geo/tile.ts';
import { recentWaits } from '../redis/redis-keys.ts';

/** Older assignments say nothing about the traffic now. */
const RECENT_MS = 30 * 60_000;
/** Newest assignments kept of one tile. */
const KEPT = 50;

/** One assignment: how long its rider waits from the request to the pick-up, as estimated when the driver accepted. */
export interface RecentWait {
  /** `<trip>-<version>`: a repeated delivery of the event is the same assignment. */
  readonly id: string;
  readonly pickup: { readonly lat: number; readonly lng: number };
  readonly seconds: number;
  /** Wall ms. */
  readonly atMs: number;
}

/** Remembers an assignment under the tile of its pick-up. One key, so that Redis Cluster takes it as one transaction. */
export async function rememberWait(state: RedisClient, region: RegionId, wait: RecentWait): Promise<void> {
  const key = recentWaits(region, tileOf(wait.pickup, 'neighbourhood'));
  await state
    .multi()
    .zadd(key, wait.atMs, `${Math.round(wait.seconds)}:${wait.id}`)
    .zremrangebyrank(key, 0, -(KEPT + 1))
    .pexpire(key, RECENT_MS)
    .exec();
}

/** Seconds of the recent assignments of a tile, newest first. */
export async function readRecentWaits(
  state: RedisClient,
  region: RegionId,
  tile: string,
  nowMs: number,
): Promise<number[]> {
  const found = await state.zrevrangebyscore(
    recentWaits(region, tile),
    '+inf',
    nowMs - RECENT_MS,
    'LIMIT',
    0,
    KEPT,
  );
  return found.map((member) => Number(member.slice(0, member.indexOf(':'))));
}
