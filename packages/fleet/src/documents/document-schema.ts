import mongoose from 'mongoose';
import { requiredDate, requiredString, schemaOptions, schemaVersion } from '../store/schema-parts.ts';
import type { StoredDocument } from './document.ts';

const { Schema } = mongoose;
const { Mixed } = Schema.Types;

/** Collection `documents`. */
export function documentSchema() {
  const schema = new Schema<StoredDocument>(
    {
      _id: requiredString,
      v: schemaVersion,
      region: requiredString,
      userId: requiredString,
      role: requiredString,
      type: requiredString,
      // A tagged union: checked by the types of documents/document.ts, which every writer goes through.
      state: { type: Mixed, required: true },
      version: { type: Number, required: true },
      fence: { type: Number, required: true, default: 0 },
      revivals: { type: Number, required: true, default: 0 },
      size: { type: Number, required: true },
      contentType: requiredString,
      sha256: requiredString,
      key: requiredString,
      told: { type: Number, required: true, default: 0 },
      createdAt: requiredDate,
      updatedAt: requiredDate,
      nextCheckAt: Date,
      validUntil: Date,
      expiryCheckAt: Date,
      expireAt: Date,
    },
    schemaOptions,
  );
  // Whose object it is: two documents of one key would each clean up after the other.
  schema.index({ key: 1 }, { name: 'one_document_per_key', unique: true });
  schema.index({ region: 1, userId: 1, createdAt: -1 }, { name: 'by_user' });
  schema.index({ region: 1, 'state.name': 1, createdAt: -1 }, { name: 'by_state' });
  schema.index({ region: 1, createdAt: -1 }, { name: 'by_age' });
  schema.index({ nextCheckAt: 1 }, { name: 'due' });
  schema.index({ expiryCheckAt: 1 }, { name: 'expiry_due' });
  schema.index({ expireAt: 1 }, { name: 'retention', expireAfterSeconds: 0 });
  return schema;
}
