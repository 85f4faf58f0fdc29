import type { NotificationId, NotificationKind, RegionId, Role, UserId } from '@rideline/contract';
import {
  defineCollection,
  requiredDate,
  requiredMixed,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

/** A notification to a user, kept until it expires. */
export interface StoredNotification {
  /** `<tripId>-<version>-<role>`: the same event notifies the same user once. */
  _id: NotificationId;
  v: 1;
  region: RegionId;
  userId: UserId;
  role: Role;
  kind: NotificationKind;
  title: string;
  body: string;
  data: Record<string, unknown>;
  /** Domain clock: time of the event. */
  createdAt: Date;
  /** Wall clock: when an app of the user acknowledged it. */
  ackedAt?: Date;
  /** Pushes already sent: a provider's name, or `<provider>:<deviceId>`. */
  pushedBy: string[];
  /** Wall clock. */
  expireAt: Date;
}

export const notificationCollection = defineCollection<StoredNotification>({
  name: 'notifications',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    userId: requiredString,
    role: requiredString,
    kind: requiredString,
    title: requiredString,
    body: requiredString,
    data: { ...requiredMixed, default: () => ({}) },
    createdAt: requiredDate,
    ackedAt: Date,
    pushedBy: [String],
    expireAt: requiredDate,
  },
  indexes: [
    { name: 'by_user', key: { region: 1, userId: 1, createdAt: -1 } },
    { name: 'retention', key: { expireAt: 1 }, expireAfterSeconds: 0 },
  ],
});
