/** What every schema of the record has in common (models.ts). */

/** Version of a stored document: readers take v and v − 1. */
export const SCHEMA_VERSION = 1;

export const schemaOptions = {
  strict: true,
  strictQuery: true,
  autoIndex: false,
  autoCreate: false,
  versionKey: false,
  minimize: false,
  id: false,
} as const;

export const schemaVersion = { type: Number, required: true, default: SCHEMA_VERSION } as const;
export const requiredString = { type: String, required: true } as const;
export const requiredDate = { type: Date, required: true } as const;
