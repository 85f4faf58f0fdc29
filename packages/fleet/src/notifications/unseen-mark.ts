import { randomUUID } from 'node:crypto';
import type { RegionId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { unseenMark } from '../redis/redis-keys.ts';
import type { Addressee } from './notification-store.ts';

const MARK_NONE = loadLuaScript('mark-none-unseen-1');
const NONE = 'none';
/** Bounds for how long a mark that Redis lost the change of (a failover) hides a notification from new connections. */
const TTL_SECONDS = 3600;

/** What is known of a user's unacknowledged notifications without asking MongoDB. */
export interface Unseen {
  /** There is none. Otherwise nobody knows. */
  readonly isNone: boolean;
  readonly mark: string;
}

/**
 * Marks in the cache Redis for users who have no unacknowledged notification, so that phones that reconnect together need no read of
 * MongoDB each. A stored notification replaces the mark before it is delivered; who looks in MongoDB and finds nothing sets it, unless it was
 * replaced meanwhile. A mark that is missing or was evicted means that MongoDB is asked.
 */
export interface UnseenMarks {
  read(addressee: Addressee): Promise<Unseen>;
  /** Nothing was found in MongoDB after `seen` was read. */
  setNone(addressee: Addressee, seen: Unseen): Promise<void>;
  /** A notification was stored. @throws Error when Redis does not answer: the mark may still say that there is none */
  stored(addressee: Addressee): Promise<void>;
}

export function createUnseenMarks(cache: RedisClient, region: RegionId): UnseenMarks {
  const keyOf = ({ role, userId }: Addressee) => unseenMark(region, role, userId);
  return {
    async read(addressee) {
      const mark = (await cache.get(keyOf(addressee))) ?? '';
      return { isNone: mark === NONE, mark };
    },
    async setNone(addressee, { mark }) {
      await runLuaScript(cache, MARK_NONE, [keyOf(addressee)], [mark, TTL_SECONDS]);
    },
    async stored(addressee) {
      await cache.set(keyOf(addressee), randomUUID(), 'EX', TTL_SECONDS);
    },
  };
}
