import mongoose from 'mongoose';
import { requiredDate, requiredString, schemaOptions, schemaVersion } from '../store/schema-parts.ts';
import type { ConfigurationDocument } from './configuration.ts';
import type { PreferencesDocument } from './preferences.ts';

const { Schema } = mongoose;
const requiredNumber = { type: Number, required: true } as const;

export function configurationSchema() {
  return new Schema<ConfigurationDocument>(
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
  return new Schema<PreferencesDocument>(
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
