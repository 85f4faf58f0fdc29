import type { RegionId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from './lua-script.ts';
import { roleMembers } from './redis-keys.ts';

const TICK_MS = 2000;
/** A node that was killed stops counting after this. */
const SILENT_MS = 8000;
const countMembers = loadLuaScript('count-members-1');

/** How many nodes of a role there are: they share a budget while Redis cannot count it. */
export interface NodeCount {
  /** As last heard; 1 before the first answer. */
  count(): number;
  stop(): Promise<void>;
}

/** Says every 2 s that `member` is alive; while Redis is away the last count stands. */
export function watchNodeCount(options: {
  redis: RedisClient;
  region: RegionId;
  role: string;
  member: string;
  onCount?: (nodes: number) => void;
  onError: (error: Error) => void;
}): NodeCount {
  const { redis, region, role, member } = options;
  const key = roleMembers(region, role);
  let nodes = 1;
  let asking = false;
  const tick = async () => {
    if (asking) return;
    asking = true;
    try {
      nodes = Math.max(1, Number(await runLuaScript(redis, countMembers, [key], [member, SILENT_MS])));
      options.onCount?.(nodes);
    } catch (error) {
      options.onError(error as Error);
    } finally {
      asking = false;
    }
  };
  void tick();
  const timer = setInterval(() => void tick(), TICK_MS);
  return {
    count: () => nodes,
    async stop() {
      clearInterval(timer);
      try {
        await redis.zrem(key, member);
      } catch (error) {
        // It is forgotten by itself after SILENT_MS.
        options.onError(error as Error);
      }
    },
  };
}
