import mongoose from 'mongoose';
import { requiredDate, requiredString, schemaOptions, schemaVersion } from '../store/schema-parts.ts';
import type { StoredRegion } from './region-settings.ts';

const { Schema } = mongoose;
const requiredNumber = { type: Number, required: true } as const;

export function regionSchema() {
  return new Schema<StoredRegion>(
    {
      _id: requiredString,
      v: schemaVersion,
      version: requiredNumber,
      retentionDays: requiredNumber,
      leastRetentionDays: requiredNumber,
      currency: requiredString,
      zone: requiredString,
      locale: requiredString,
      updatedAt: requiredDate,
    },
    schemaOptions,
  );
}
