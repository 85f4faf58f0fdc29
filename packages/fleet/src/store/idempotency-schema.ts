import mongoose from 'mongoose';
import type { StoredIdempotencyKey } from './idempotency.ts';
import { requiredDate, requiredString, schemaOptions, schemaVersion } from './schema-parts.ts';

const { Schema } = mongoose;

export function idempotencySchema() {
  const schema = new Schema<StoredIdempotencyKey>(
    {
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
    schemaOptions,
  );
  schema.index({ expireAt: 1 }, { name: 'retention', expireAfterSeconds: 0 });
  return schema;
}
