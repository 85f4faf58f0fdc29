import mongoose from 'mongoose';
import { requiredDate, requiredString, schemaOptions, schemaVersion } from '../store/schema-parts.ts';
import type { StoredConfiguration } from './configuration.ts';
import type { StoredPreferences } from './preferences.ts';

const { Schema } = mongoose;
const requiredNumber = { type: Number, required: true } as const;

export function configurationSchema() {
  return new Schema<StoredConfiguration>(
    {
      _id: requiredString,
      v: schemaVersion,
      region: requiredString,
      version: requiredNumber,
      data: Schema.Types.Mixed,
      updatedAt: requiredDate,
    },
    schemaOptions,
  );
}

export function preferencesSchema() {
  return new Schema<StoredPreferences>(
    {
      _id: requiredString,
      v: schemaVersion,
      region: requiredString,
      version: requiredNumber,
      locale: requiredString,
      units: requiredString,
      tier: requiredString,
      updatedAt: requiredDate,
    },
    schemaOptions,
  );
}
