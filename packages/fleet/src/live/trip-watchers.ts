import type { GatewayId, RegionId, ShareId, TripId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { tripWatchers } from '../redis/redis-keys.ts';

const SET = loadLuaScript('set-watchers-1');
const COUNT = loadLuaScript('count-watchers-1');

/** A gateway writes its watchers again at least this often. */
export const WATCHERS_REFRESH_MS = 10_000;
/** Watchers of a gateway that has not written for this long are gone: it was killed. */
const SILENT_MS = 25_000;
const TTL_MS = 60_000;

/** Open sockets of one gateway that follow a trip as its rider (`shareId` null) or through one share. */
export interface WatcherGroup {
  readonly shareId: ShareId | null;
  /** Wall ms at which the first of them began. */
  readonly sinceMs: number;
  readonly sockets: number;
}

type StoredGroup = [shareId: ShareId | null, sinceMs: number, sockets: number];

/** How many followed before and after a write, on all gateways. */
export interface WatcherChange {
  readonly before: number;
  readonly after: number;
}

/**
 * Writes which of a gateway's sockets follow a trip, and removes what gateways that are gone have left. At most one group per share of the
 * trip and one for its rider: the entry is bounded.
 */
export async function setWatchers(
  state: RedisClient,
  region: RegionId,
  tripId: TripId,
  gateway: GatewayId,
  groups: readonly WatcherGroup[],
): Promise<WatcherChange> {
  const count = groups.reduce((sum, { sockets }) => sum + sockets, 0);
  const stored = groups.map(({ shareId, sinceMs, sockets }): StoredGroup => [shareId, sinceMs, sockets]);
  const [before, after] = (await runLuaScript(
    state,
    SET,
    [tripWatchers(region, tripId)],
    [gateway, count, JSON.stringify(stored), SILENT_MS, TTL_MS],
  )) as [number, number];
  return { before, after };
}

/** How many sockets follow a trip, on all gateways that are alive. */
export async function countWatchers(state: RedisClient, region: RegionId, tripId: TripId): Promise<number> {
  const [count] = (await runLuaScript(state, COUNT, [tripWatchers(region, tripId)], [SILENT_MS])) as [
    number,
    ...string[],
  ];
  return count;
}

/** The same, as one group for the rider and one for each share, the one that began first at the front. */
export async function readWatchers(
  state: RedisClient,
  region: RegionId,
  tripId: TripId,
): Promise<WatcherGroup[]> {
  const [, ...entries] = (await runLuaScript(state, COUNT, [tripWatchers(region, tripId)], [SILENT_MS])) as [
    number,
    ...string[],
  ];
  return mergedGroups(entries.flatMap((entry) => JSON.parse(entry) as StoredGroup[]));
}

function mergedGroups(stored: readonly StoredGroup[]): WatcherGroup[] {
  const merged = new Map<ShareId | null, WatcherGroup>();
  for (const [shareId, sinceMs, sockets] of stored) {
    const known = merged.get(shareId) ?? { shareId, sinceMs, sockets: 0 };
    merged.set(shareId, {
      shareId,
      sinceMs: Math.min(known.sinceMs, sinceMs),
      sockets: known.sockets + sockets,
    });
  }
  return [...merged.values()].sort((one, other) => one.sinceMs - other.sinceMs);
}
