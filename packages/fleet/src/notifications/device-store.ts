import {
  type DeviceId,
  LIMITS,
  type PutDevice,
  type RegionId,
  type Role,
  type UserId,
} from '@rideline/contract';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import { deviceCollection, type StoredDevice } from './device-collection.ts';

const READ_TIMEOUT_MS = 5000;

type Owner = { readonly userId: UserId; readonly role: Role };

const documentId = ({ userId, role }: Owner, deviceId: string) => `${role}:${userId}:${deviceId}`;

export interface DeviceStore {
  put(owner: Owner, deviceId: DeviceId, device: PutDevice, at: Date): Promise<void>;
  remove(owner: Owner, deviceId: DeviceId): Promise<void>;
  of(owner: Owner): Promise<StoredDevice[]>;
}

/** Collection `devices` of one region: the phones that receive push notifications. */
export function createDeviceStore(db: Database, region: RegionId): DeviceStore {
  const collection = db.collection(deviceCollection);
  const model = db.model(deviceCollection);
  const of = async ({ userId, role }: Owner) =>
    await collection.find({ region, userId, role }, { timeoutMS: READ_TIMEOUT_MS }).toArray();
  return {
    of,
    async put(owner, deviceId, { platform, token, locale }, at) {
      const _id = documentId(owner, deviceId);
      const { userId, role } = owner;
      await model.updateOne(
        { _id },
        {
          $set: {
            v: SCHEMA_VERSION,
            region,
            userId,
            role,
            deviceId,
            platform,
            token,
            updatedAt: at,
            ...(locale ? { locale } : {}),
          },
          ...(locale ? {} : { $unset: { locale: '' } }),
        },
        { upsert: true, runValidators: true },
      );
      // The push token identifies the phone: its previous user must not receive notifications there.
      await collection.deleteMany({ token, _id: { $ne: _id } });
      const devices = (await of(owner)).toSorted((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime());
      for (const { _id: old } of devices.slice(LIMITS.devicesPerUser))
        await collection.deleteOne({ _id: old });
    },
    async remove(owner, deviceId) {
      await collection.deleteOne({ _id: documentId(owner, deviceId) });
    },
  };
}
