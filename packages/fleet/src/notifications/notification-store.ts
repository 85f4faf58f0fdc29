import {
  LIMITS,
  type Notification,
  type NotificationId,
  type RegionId,
  type Role,
  type UserId,
} from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import type { Database } from '../store/database.ts';
import { listPage, type PageCursor, type PageRequest } from '../store/list-page.ts';
import { WriteBatch } from '../store/write-batch.ts';
import { notificationCollection, type StoredNotification } from './notification-collection.ts';
import { isUseful } from './notification-kinds.ts';

/** Retention of a notification, wall ms. */
export const NOTIFICATION_RETENTION_MS = 30 * 24 * 3_600_000;
/** A new connection looks for unacknowledged notifications among this many of the user's newest. */
const SEARCHED_ON_CONNECT = 100;
/** Offers older than this are left to expire: bounds how many of a user's notifications are searched. Domain ms. */
const OFFERS_REMOVED_MS = 3_600_000;
/** Timeout of a read, ms. */
const READ_TIMEOUT_MS = 5000;

const BATCH = { most: 200, waitMs: 10, pendingMost: 5000 };

/** Recipient of notifications. The role is needed: a rider and a driver may have the same id. */
export interface Addressee {
  readonly userId: UserId;
  readonly role: Role;
}

export interface NotificationStore {
  /**
   * Stores a notification, once.
   * @returns the stored notification, which after a repeat may already be acknowledged or pushed
   * @throws Error when MongoDB does not store it
   */
  insert(notification: StoredNotification): Promise<StoredNotification>;
  /** Removes the offers that the same driver was notified of before: a driver has one at a time, and the earlier ones are over. */
  removeOffersBefore(notification: StoredNotification): Promise<void>;
  /** Records a push, so that it is not sent again. */
  markPushed(id: NotificationId, pushedBy: string): Promise<void>;
  /** Stores an acknowledgement; the first one is kept. Writes are batched: for gateways. */
  acknowledge(addressee: Addressee, id: NotificationId): Promise<void>;
  /** The same, unbatched. @returns whether the notification exists */
  acknowledgeOwn(addressee: Addressee, id: NotificationId): Promise<boolean>;
  /** The newest 20 that are unacknowledged and still useful, oldest first. */
  unacknowledged(addressee: Addressee): Promise<StoredNotification[]>;
  /** Newest first. */
  page(
    addressee: Addressee,
    page: PageRequest,
  ): Promise<{ documents: StoredNotification[]; next: PageCursor | null }>;
  /** Resolves when no write is pending. */
  drain(): Promise<void>;
}

/** Collection `notifications` of one region. Single writes are batched into bulk writes. */
export function createNotificationStore(options: {
  db: Database;
  region: RegionId;
  clock: Clock;
}): NotificationStore {
  const { db, region, clock } = options;
  const collection = db.collection(notificationCollection);
  const batch = new WriteBatch({ collection, ...BATCH });
  const acked = ({ userId, role }: Addressee, id: NotificationId) => ({
    filter: { _id: id, region, userId, role, ackedAt: { $exists: false } },
    update: { $set: { ackedAt: new Date(clock.wallMs()) } },
  });
  const newest = async ({ userId, role }: Addressee, limit: number) => {
    const found = await collection
      .find({ region, userId, role }, { sort: { createdAt: -1, _id: -1 }, limit, timeoutMS: READ_TIMEOUT_MS })
      .toArray();
    return found;
  };
  return {
    async insert(notification) {
      if ((await batch.write({ insertOne: { document: notification } })) === 'written') return notification;
      const found = await collection.findOne({ _id: notification._id }, { timeoutMS: READ_TIMEOUT_MS });
      // It existed a moment ago and has just expired.
      return found ?? notification;
    },
    async removeOffersBefore({ _id, userId, role, createdAt }) {
      const before = new Date(createdAt.getTime() - OFFERS_REMOVED_MS);
      await collection.deleteMany({
        region,
        userId,
        role,
        createdAt: { $gte: before, $lte: createdAt },
        kind: 'offer',
        _id: { $ne: _id },
      });
    },
    async markPushed(id, pushedBy) {
      await batch.write({ updateOne: { filter: { _id: id }, update: { $addToSet: { pushedBy } } } });
    },
    async acknowledge(addressee, id) {
      await batch.write({ updateOne: acked(addressee, id) });
    },
    async acknowledgeOwn(addressee, id) {
      const { filter, update } = acked(addressee, id);
      const { matchedCount } = await collection.updateOne(filter, update);
      if (matchedCount > 0) return true;
      const { userId, role } = addressee;
      return (await collection.findOne({ _id: id, region, userId, role })) !== null;
    },
    async unacknowledged(addressee) {
      const now = clock.domainMs();
      const open = (await newest(addressee, SEARCHED_ON_CONNECT)).filter(
        ({ ackedAt, kind, createdAt }) => ackedAt === undefined && isUseful(kind, createdAt.getTime(), now),
      );
      return open.slice(0, LIMITS.notificationsOnConnect).toReversed();
    },
    page: ({ userId, role }, page) =>
      listPage<StoredNotification>(db.model(notificationCollection), {
        filter: { region, userId, role },
        time: 'createdAt',
        // A user who has acknowledged a notification must see it acknowledged; a secondary may lag.
        readFrom: 'primary',
        ...page,
      }),
    drain: () => batch.drain(),
  };
}

/** A stored notification in the form sent to clients. */
export function notificationMessage(stored: StoredNotification): Notification {
  const { _id, kind, title, body, data, createdAt } = stored;
  return { notificationId: _id, kind, title, body, data, createdAt: createdAt.getTime() };
}
