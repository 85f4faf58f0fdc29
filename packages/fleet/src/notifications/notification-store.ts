import {
  LIMITS,
  type Notification,
  type NotificationId,
  type RegionId,
  type Role,
  type UserId,
} from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import { listPage, type PageAsked, type PageCursor } from '../store/list-page.ts';
import type { Models, StoredNotification } from '../store/models.ts';
import { WriteBatch } from '../store/write-batch.ts';
import { isUseful } from './notification-kinds.ts';

/** Wall ms that a notification is kept. */
export const NOTIFICATION_LIFE_MS = 30 * 24 * 3_600_000;
/** Of the newest notifications of a user, how many a new connection looks at for unacknowledged ones. */
const LOOKED_AT = 100;
/** Time that a read may take, ms. */
const READ_TIMEOUT_MS = 5000;

const BATCH = { most: 200, waitMs: 10, pendingMost: 5000 };

/** Whose notifications: an id alone may be a rider's and a driver's. */
export interface Addressee {
  readonly userId: UserId;
  readonly role: Role;
}

export interface NotificationStore {
  /**
   * Stores a notification, once.
   * @returns it as it is stored, which after a repeat may be acknowledged or pushed already
   * @throws Error when the record does not take it
   */
  insert(notification: StoredNotification): Promise<StoredNotification>;
  /** What was pushed already is not pushed again. */
  markPushed(id: NotificationId, pushedBy: string): Promise<void>;
  /** The first acknowledgement stands. It is gathered with others: for gateways. */
  acknowledge(addressee: Addressee, id: NotificationId): Promise<void>;
  /** The same, told whether there is such a notification. */
  acknowledgeOwn(addressee: Addressee, id: NotificationId): Promise<boolean>;
  /** Unacknowledged and still useful: the newest 20, oldest first. */
  unacknowledged(addressee: Addressee): Promise<StoredNotification[]>;
  /** Newest first. */
  page(
    addressee: Addressee,
    page: PageAsked,
  ): Promise<{ documents: StoredNotification[]; next: PageCursor | null }>;
  /** Resolves when no write waits any more. */
  drain(): Promise<void>;
}

/** Collection `notifications` of one region. Single writes are gathered into bulk writes. */
export function createNotificationStore(options: {
  models: Pick<Models, 'notifications'>;
  region: RegionId;
  clock: Clock;
}): NotificationStore {
  const { models, region, clock } = options;
  const { collection } = models.notifications;
  const batch = new WriteBatch({ collection: models.notifications, ...BATCH });
  const acked = ({ userId, role }: Addressee, id: NotificationId) => ({
    filter: { _id: id as never, region, userId, role, ackedAt: { $exists: false } },
    update: { $set: { ackedAt: new Date(clock.wallMs()) } },
  });
  const newest = async ({ userId, role }: Addressee, limit: number) => {
    const found = await collection
      .find({ region, userId, role }, { sort: { createdAt: -1, _id: -1 }, limit, timeoutMS: READ_TIMEOUT_MS })
      .toArray();
    return found as unknown as StoredNotification[];
  };
  return {
    async insert(notification) {
      if ((await batch.write({ insertOne: { document: notification } })) === 'written') return notification;
      const found = await collection.findOne(
        { _id: notification._id as never },
        { timeoutMS: READ_TIMEOUT_MS },
      );
      // It was there a moment ago: its life has just ended.
      return (found as unknown as StoredNotification | null) ?? notification;
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
      return (await collection.findOne({ _id: id as never, region, userId, role })) !== null;
    },
    async unacknowledged(addressee) {
      const now = clock.domainMs();
      const open = (await newest(addressee, LOOKED_AT)).filter(
        ({ ackedAt, kind, createdAt }) => ackedAt === undefined && isUseful(kind, createdAt.getTime(), now),
      );
      return open.slice(0, LIMITS.notificationsOnConnect).toReversed();
    },
    page: ({ userId, role }, page) =>
      listPage<StoredNotification>(collection, {
        filter: { region, userId, role },
        time: 'createdAt',
        // Whoever has acknowledged one sees it so; a secondary may not know it yet.
        readFrom: 'primary',
        ...page,
      }),
    drain: () => batch.drain(),
  };
}

/** A stored notification as clients are sent it. */
export function notificationMessage(stored: StoredNotification): Notification {
  const { _id, kind, title, body, data, createdAt } = stored;
  return { notificationId: _id, kind, title, body, data, createdAt: createdAt.getTime() };
}
