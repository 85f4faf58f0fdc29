import type { RegionId } from '@rideline/contract';
import { defineCollection, requiredDate, requiredString, schemaVersion } from './collection-definition.ts';

export interface StoredIdempotencyKey {
  /** Hash of region, caller and key. */
  _id: string;
  v: 1;
  region: RegionId;
  /** Hash of method, address, query and body: another request under the same key is refused. */
  fingerprint: string;
  /** Id of the object that the request creates: a repeat after a crash creates the same object. */
  reservedId: string;
  /** Id of the request that holds the key, and until when that request is considered alive (wall clock). */
  holder: string;
  heldUntil: Date;
  /** The first answer, encrypted with the client's key, which is not stored. */
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
