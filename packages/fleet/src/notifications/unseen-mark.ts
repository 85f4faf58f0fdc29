import { randomUUID } from 'node:crypto';
import type { NotificationId, RegionId } from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { unseenMark } from '../redis/redis-keys.ts';
import type { Addressee } from './notification-store.ts';

const MARK_NONE = loadLuaScript('mark-none-unseen-1');
const MARK_STORED = loadLuaScript('mark-stored-1');
const MARK_ACKNOWLEDGED = loadLuaScript('mark-acknowledged-1');
const NONE = 'none';
/** Bounds for how long a mark that Redis lost the change of (a failover) hides a notification from new connections. */
const TTL_SECONDS = 3600;
/** A user who stays connected is looked for again at this age of the mark: it never expires before a mass reconnect. */
export const UNSEEN_RENEWED_MS = (TTL_SECONDS * 1000) / 2;

/** What is known of a user's unacknowledged notifications without asking MongoDB. */
export interface Unseen {
  /** There is none. Otherwise nobody knows. */
  readonly isNone: boolean;
  readonly mark: string;
  /** Ms since the mark was set; 0 without one. */
  readonly ageMs: number;
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
  stored(addressee: Addressee, id: NotificationId): Promise<void>;
  /** The acknowledgement is in MongoDB. @returns whether the user has none now; otherwise nobody knows */
  acknowledged(addressee: Addressee, id: NotificationId): Promise<boolean>;
}

export function createUnseenMarks(cache: RedisClient, region: RegionId): UnseenMarks {
  const keyOf = ({ role, userId }: Addressee) => unseenMark(region, role, userId);
  return {
    async read(addressee) {
      const key = keyOf(addressee);
      const [mark, leftMs] = await Promise.all([cache.get(key), cache.pttl(key)]);
      return {
        isNone: mark === NONE,
        mark: mark ?? '',
        ageMs: leftMs < 0 ? 0 : TTL_SECONDS * 1000 - leftMs,
      };
    },
    async setNone(addressee, { mark }) {
      await runLuaScript(cache, MARK_NONE, [keyOf(addressee)], [mark, TTL_SECONDS]);
    },
    async stored(addressee, id) {
      await runLuaScript(cache, MARK_STORED, [keyOf(addressee)], [id, randomUUID(), TTL_SECONDS]);
    },
    async acknowledged(addressee, id) {
      return (await runLuaScript(cache, MARK_ACKNOWLEDGED, [keyOf(addressee)], [id, TTL_SECONDS])) === 1;
    },
  };
}
