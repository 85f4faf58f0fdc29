import type { RegionId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from './lua-script.ts';
import { roleMembers } from './redis-keys.ts';

const TICK_MS = 2000;
/** A killed node is no longer counted after this. */
const SILENT_MS = 8000;
const countMembers = loadLuaScript('count-members-1');

/** Number of nodes that run a role: they share a limit's budget while Redis cannot count it. */
export interface NodeCount {
  /** The newest count; 1 before the first answer. */
  count(): number;
  stop(): Promise<void>;
}

/** Sends a heartbeat of `member` every 2 s; while Redis is unreachable the last count applies. */
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
  let counting = false;
  const tick = async () => {
    if (counting) return;
    counting = true;
    try {
      nodes = Math.max(1, Number(await runLuaScript(redis, countMembers, [key], [member, SILENT_MS])));
      options.onCount?.(nodes);
    } catch (error) {
      options.onError(error as Error);
    } finally {
      counting = false;
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
        // The member expires after SILENT_MS.
        options.onError(error as Error);
      }
    },
  };
}
