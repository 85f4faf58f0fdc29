import mongoose from 'mongoose';
import { requiredDate, requiredString, schemaOptions, schemaVersion } from '../store/schema-parts.ts';
import type { RegionDocument } from './region-settings.ts';

const { Schema } = mongoose;
const requiredNumber = { type: Number, required: true } as const;

export function regionSchema() {
  return new Schema<RegionDocument>(
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
