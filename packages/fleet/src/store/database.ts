import type { Mongo } from '@rideline/platform/mongo/mongo';
import type { Model, mongo } from 'mongoose';
import type { CollectionDefinition } from './collection-definition.ts';

/** The driver's collection, typed by what it stores: `_id` has the document's own id type. */
export type TypedCollection<Stored extends object> = mongo.Collection<Stored>;

export type Database = ReturnType<typeof createDatabase>;

/**
 * The collections of one MongoDB connection, for all areas. Creating it reads and writes nothing.
 *
 * Two ways to a collection. `model` casts and validates what is written and reads with the schema: accounts, regions, configuration,
 * preferences, devices, audit, erasures, idempotency keys, and lists. `collection` is the driver itself, without casting, validation or
 * hydration: for hot paths and conditional writes, whose documents TypeScript alone checks.
 *
 * Every document has `v`, its schema version: readers accept v and v − 1. Indexes are created by `rideline migrate` (migrations.ts), never
 * by a process on its own.
 */
export function createDatabase(mongo: Mongo, definitions: readonly CollectionDefinition[]) {
  const { connection } = mongo;
  for (const { name, schema } of definitions)
    if (connection.models[name] === undefined) connection.model(name, schema, name);
  // mongoose types every collection as one of documents with an ObjectId. Only the definition knows the type of this one, so this is the one
  // place where it is stated.
  const typed = <Stored extends object>(name: string) =>
    connection.model(name).collection as unknown as TypedCollection<Stored>;
  return {
    mongo,
    definitions,

    /** @throws MissingSchemaError when the definition is not one of those that the database was created with */
    model<Stored>({ name }: CollectionDefinition<Stored>): Model<Stored> {
      return connection.model<Stored>(name);
    },

    collection<Stored extends object>({ name }: CollectionDefinition<Stored>): TypedCollection<Stored> {
      return typed<Stored>(name);
    },

    /** For code that works on every collection alike: indexes, the search for an erased id. */
    anyCollection({ name }: CollectionDefinition): TypedCollection<{ _id: string }> {
      return typed<{ _id: string }>(name);
    },
  };
}
