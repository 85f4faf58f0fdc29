import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

export type Json = Record<string, unknown>;

/** input: what clients send, which is strict · output: what the server sends, which may gain fields that clients must ignore. */
export type Direction = 'input' | 'output';

/**
 * The form of JSON Schema: that of OpenAPI 3.1, or that of AsyncAPI 3, whose schemas are a superset of draft 07. There a tuple is `items` with
 * a list, and a reference has nothing beside it.
 */
export type Dialect = 'draft-2020-12' | 'draft-07';

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{allOf: [one]}`, which zod makes of an optional reference in draft 07, is `one`. */
function withoutLoneAllOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLoneAllOf);
  if (!isJson(value)) return value;
  const { allOf, ...beside } = value;
  if (Array.isArray(allOf) && allOf.length === 1 && Object.keys(beside).length === 0)
    return withoutLoneAllOf(allOf[0]);
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withoutLoneAllOf(child)]));
}

/** The largest integer that generators read without a format: Java's and Kotlin's `Int`. */
const INT32_MAX = 2 ** 31 - 1;

/** A tuple of equal items becomes an array of fixed length: equivalent to a validator, and understood by tools without `prefixItems`. */
function asEvenArray(made: Json): void {
  const [list, rest] =
    made.prefixItems === undefined ? [made.items, made.additionalItems] : [made.prefixItems, made.items];
  if (!Array.isArray(list) || rest !== false) return;
  const [first, ...others] = list;
  if (!others.every((other) => isDeepStrictEqual(other, first))) return;
  delete made.prefixItems;
  delete made.additionalItems;
  made.items = first;
}

/** Zod bounds each integer by what JavaScript can hold, which says nothing to a reader. Those beyond 32 bits get their format. */
function withoutSafeBounds(made: Json): void {
  if (made.type !== 'integer') return;
  if (made.minimum === Number.MIN_SAFE_INTEGER) delete made.minimum;
  if (made.maximum === Number.MAX_SAFE_INTEGER) delete made.maximum;
  if (typeof made.maximum === 'number' && made.maximum > INT32_MAX) made.format = 'int64';
}

/**
 * Registered schemas as JSON Schema, by their ids; each refers to the others.
 * @param uri the reference to an id
 */
export function jsonSchemasOf(
  registry: z.core.$ZodRegistry<{ id: string }>,
  direction: Direction,
  dialect: Dialect,
  uri: (id: string) => string,
): Map<string, Json> {
  const { schemas } = z.toJSONSchema(registry as z.core.$ZodRegistry<{ id?: string | undefined }>, {
    io: direction,
    target: dialect === 'draft-07' ? 'draft-7' : dialect,
    unrepresentable: 'any',
    uri,
    override: ({ jsonSchema }) => {
      const made = jsonSchema as Json;
      if (direction === 'output' && made.additionalProperties === false) delete made.additionalProperties;
      asEvenArray(made);
      withoutSafeBounds(made);
    },
  });
  return new Map(
    Object.entries(schemas).map(([id, made]) => {
      const { $schema: _dialect, $id: _id, ...rest } = made as Json;
      return [id, withoutLoneAllOf(rest) as Json];
    }),
  );
}
