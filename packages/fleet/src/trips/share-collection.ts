import type { RegionId, ShareId, TripId, UserId } from '@rideline/contract';
import {
  defineCollection,
  requiredDate,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

/** A share link of a trip. */
export interface StoredShare {
  _id: ShareId;
  v: 1;
  region: RegionId;
  tripId: TripId;
  /** The rider. */
  userId: UserId;
  /** SHA-256 of the secret in the link. */
  hash: string;
  label?: string;
  /** Which of the trip's links it is, from 0; a unique index bounds their number. Absent once it is revoked or expired. */
  place?: number;
  /** Wall clock, as the following times. */
  createdAt: Date;
  /** The link works until then, or until the trip ends. */
  expiresAt: Date;
  revokedAt?: Date;
  lastOpenedAt?: Date;
  /** When the document is removed. */
  expireAt: Date;
}

export const shareCollection = defineCollection<StoredShare>({
  name: 'shares',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    tripId: requiredString,
    userId: requiredString,
    hash: requiredString,
    label: String,
    place: Number,
    createdAt: requiredDate,
    expiresAt: requiredDate,
    revokedAt: Date,
    lastOpenedAt: Date,
    expireAt: requiredDate,
  },
  indexes: [
    { name: 'by_hash', key: { hash: 1 }, unique: true },
    {
      name: 'one_share_per_place',
      key: { tripId: 1, place: 1 },
      unique: true,
      partialFilterExpression: { place: { $exists: true } },
    },
    { name: 'by_user', key: { userId: 1 } },
    { name: 'retention', key: { expireAt: 1 }, expireAfterSeconds: 0 },
  ],
});
