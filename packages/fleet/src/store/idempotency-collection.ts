import type { RegionId } from '@rideline/contract';
import { defineCollection, requiredDate, requiredString, schemaVersion } from './collection-definition.ts';

export interface StoredIdempotencyKey {
  /** Hash of region, caller and key. */
  _id: string;
  v: 1;
  region: RegionId;
  /** Hash of method, address, query and body: another request under the same key is refused. */
  fingerprint: string;
  /** The id that whatever is created gets: also a repeat after a crash creates the same one. */
  reservedId: string;
  /** Who works on it, and until when he is believed to live (wall clock). */
  holder: string;
  heldUntil: Date;
  /** The first answer, sealed with the client's own key, which is not stored. */
  answer?: Buffer;
  expireAt: Date;
}

export const idempotencyCollection = defineCollection<StoredIdempotencyKey>({
  name: 'idempotency',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    fingerprint: requiredString,
    reservedId: requiredString,
    holder: requiredString,
    heldUntil: requiredDate,
    answer: Buffer,
    expireAt: requiredDate,
  },
  indexes: [{ name: 'retention', key: { expireAt: 1 }, expireAfterSeconds: 0 }],
});
