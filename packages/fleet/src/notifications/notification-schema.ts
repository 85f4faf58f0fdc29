import type {
  DevicePlatform,
  NotificationId,
  NotificationKind,
  RegionId,
  Role,
  UserId,
} from '@rideline/contract';
import mongoose from 'mongoose';
import { requiredDate, requiredString, schemaOptions, schemaVersion } from '../store/schema-parts.ts';

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

/** A user's phone that can receive push notifications. */
export interface StoredDevice {
  /** `<role>:<userId>:<deviceId>`: a user cannot address another user's device. */
  _id: string;
  v: 1;
  region: RegionId;
  userId: UserId;
  role: Role;
  deviceId: string;
  platform: DevicePlatform;
  /** Token of the push service; a phone has one at a time. */
  token: string;
  /** BCP 47; locale of the texts. */
  locale?: string;
  updatedAt: Date;
}

const { Schema } = mongoose;
const { Mixed } = Schema.Types;

export function notificationSchema() {
  const schema = new Schema<StoredNotification>(
    {
      _id: requiredString,
      v: schemaVersion,
      region: requiredString,
      userId: requiredString,
      role: requiredString,
      kind: requiredString,
      title: requiredString,
      body: requiredString,
      data: { type: Mixed, default: () => ({}) },
      createdAt: requiredDate,
      ackedAt: Date,
      pushedBy: [String],
      expireAt: requiredDate,
    },
    schemaOptions,
  );
  schema.index({ region: 1, userId: 1, createdAt: -1 }, { name: 'by_user' });
  schema.index({ expireAt: 1 }, { name: 'retention', expireAfterSeconds: 0 });
  return schema;
}

export function deviceSchema() {
  const schema = new Schema<StoredDevice>(
    {
      _id: requiredString,
      v: schemaVersion,
      region: requiredString,
      userId: requiredString,
      role: requiredString,
      deviceId: requiredString,
      platform: requiredString,
      token: requiredString,
      locale: String,
      updatedAt: requiredDate,
    },
    schemaOptions,
  );
  schema.index({ region: 1, userId: 1 }, { name: 'by_user' });
  schema.index({ token: 1 }, { name: 'by_token' });
  return schema;
}
