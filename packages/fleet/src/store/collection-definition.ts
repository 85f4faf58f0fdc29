import mongoose, { type Schema, type SchemaDefinition } from 'mongoose';

/** Version of a stored document: readers accept v and v − 1. */
export const SCHEMA_VERSION = 1 as const;

const schemaOptions = {
  strict: true,
  strictQuery: true,
  autoIndex: false,
  autoCreate: false,
  versionKey: false,
  minimize: false,
  id: false,
} as const;

/** Fits every type: mongoose then checks nothing of the value. */
interface Mixed {
  readonly schemaName: 'Mixed';
}

/** A schema from `defineEmbedded`. */
interface Embedded<Value> {
  readonly embeds: (value: Value) => Value;
}

/** The mongoose type of a TypeScript type. */
type SchemaTypeOf<Value> =
  | Mixed
  | (Value extends string
      ? StringConstructor
      : Value extends number
        ? NumberConstructor
        : Value extends boolean
          ? BooleanConstructor
          : Value extends Date
            ? DateConstructor
            : Value extends Buffer
              ? BufferConstructor
              : Value extends readonly (infer Item)[]
                ? readonly [SchemaTypeOf<Item>]
                : Embedded<Value>);

interface Field<Value> {
  readonly type: SchemaTypeOf<Value>;
  readonly enum?: readonly Value[];
  readonly default?: Value | (() => Value);
}

type RequiredField<Value> =
  | (Field<Value> & { readonly required: true })
  // mongoose writes [] for an array that is not given: it is never absent.
  | (Value extends readonly (infer Item)[] ? readonly [SchemaTypeOf<Item>] : never);
type OptionalField<Value> = (Field<Value> & { readonly required?: never }) | SchemaTypeOf<Value>;

/** The fields of a schema, checked against the stored type: every field is there with its type, and required unless it may be absent or null. */
export type Fields<Stored> = {
  readonly [Name in keyof Stored]-?: Record<never, never> extends Pick<Stored, Name>
    ? OptionalField<NonNullable<Stored[Name]>>
    : null extends Stored[Name]
      ? OptionalField<NonNullable<Stored[Name]>>
      : RequiredField<Stored[Name]>;
};

export interface IndexDefinition {
  readonly name: string;
  readonly key: Readonly<Record<string, 1 | -1>>;
  readonly unique?: true;
  readonly partialFilterExpression?: Readonly<Record<string, unknown>>;
  /** Seconds after the indexed date at which MongoDB deletes the document. */
  readonly expireAfterSeconds?: number;
}

/** A collection: its name in MongoDB, its schema and its indexes. Each area declares its own; collections.ts lists them all. */
export interface CollectionDefinition<Stored = unknown> {
  readonly name: string;
  readonly schema: Schema;
  readonly indexes: readonly IndexDefinition[];
  /** Never set: it carries the type of the documents. */
  readonly stored?: Stored;
}

export const mixed: Mixed = mongoose.Schema.Types.Mixed;
export const requiredString = { type: String, required: true } as const;
export const requiredNumber = { type: Number, required: true } as const;
export const requiredBoolean = { type: Boolean, required: true } as const;
export const requiredDate = { type: Date, required: true } as const;
/** Required; only TypeScript checks its shape. */
export const requiredMixed = { type: mixed, required: true } as const;
export const schemaVersion = { type: Number, required: true, default: SCHEMA_VERSION } as const;

export function defineCollection<Stored>(definition: {
  readonly name: string;
  readonly fields: Fields<Stored>;
  readonly indexes?: readonly IndexDefinition[];
}): CollectionDefinition<Stored> {
  const { name, fields, indexes = [] } = definition;
  const schema = new mongoose.Schema(fields as SchemaDefinition, schemaOptions);
  for (const { key, ...options } of indexes) schema.index({ ...key }, { ...options });
  return { name, schema, indexes };
}

/** A document embedded in others. */
export function defineEmbedded<Value>(fields: Fields<Value>): Embedded<Value> {
  const schema = new mongoose.Schema(fields as SchemaDefinition, { ...schemaOptions, _id: false });
  return Object.assign(schema, { embeds: (value: Value) => value });
}
