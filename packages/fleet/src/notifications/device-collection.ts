import {
  type DevicePlatform,
  devicePlatformSchema,
  type RegionId,
  type Role,
  roleSchema,
  type UserId,
} from '@rideline/contract';
import {
  defineCollection,
  requiredDate,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

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

export const deviceCollection = defineCollection<StoredDevice>({
  name: 'devices',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    userId: requiredString,
    role: { ...requiredString, enum: roleSchema.options },
    deviceId: requiredString,
    platform: { ...requiredString, enum: devicePlatformSchema.options },
    token: requiredString,
    locale: String,
    updatedAt: requiredDate,
  },
  indexes: [
    { name: 'by_user', key: { region: 1, userId: 1 } },
    { name: 'by_token', key: { token: 1 } },
  ],
});
