import { z } from 'zod';
import { inlineShapesNamed } from './inline-shapes.ts';
import { type Dialect, type Direction, type Json, jsonSchemasOf } from './json-schema.ts';
import { mergeEqual } from './merge-equal.ts';
import { refersTo, renameReferences } from './references.ts';
import { contractNames } from './schema-names.ts';

/** A schema that a document uses. */
export interface SchemaUse {
  readonly schema: z.ZodType;
  readonly direction: Direction;
  /** Its name when the contract has none. null: it has no name here, and is written where it is used. */
  readonly name: string | null;
}

export interface ComponentSchemas {
  /** Every schema with a name, in alphabetical order. */
  readonly schemas: Readonly<Record<string, Json>>;
  /** What stands at each use: a reference, or the schema itself. In the order of the uses. */
  readonly uses: readonly Json[];
}

export const schemaRef = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

/** Ids of schemas that are written where they are used; no schema of the contract begins like this. */
const INLINE = 'inline-';

const isInline = (name: string) => name.startsWith(INLINE);

const canHaveName = (schema: z.ZodType) => schema instanceof z.ZodObject || schema instanceof z.ZodUnion;

/** The id of each used schema that the contract does not name, or that has no name where it is used. */
function ownNames(uses: readonly SchemaUse[], names: ReadonlyMap<z.ZodType, string>): Map<z.ZodType, string> {
  const own = new Map<z.ZodType, string>();
  for (const { schema, name } of uses) {
    if (own.has(schema) || (names.has(schema) && name !== null)) continue;
    own.set(schema, name !== null && canHaveName(schema) ? name : `${INLINE}${own.size}`);
  }
  return own;
}

function convert(
  names: ReadonlyMap<z.ZodType, string>,
  direction: Direction,
  dialect: Dialect,
): Map<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of names) registry.add(schema, { id });
  return jsonSchemasOf(registry, direction, dialect, (id) => String(schemaRef(id).$ref));
}

/** The names that are reachable from `roots`. */
function reachable(schemas: ReadonlyMap<string, Json>, roots: Iterable<string>): Set<string> {
  const found = new Set(roots);
  for (const name of found) for (const next of refersTo(schemas.get(name))) found.add(next);
  return found;
}

/** Names that mean one thing in requests and another in answers, because one of the two is strict; and all that refer to such a name. */
function unequalNames(
  inputs: ReadonlyMap<string, Json>,
  outputs: ReadonlyMap<string, Json>,
  both: readonly string[],
): Set<string> {
  const unequal = new Set(
    both.filter((name) => JSON.stringify(inputs.get(name)) !== JSON.stringify(outputs.get(name))),
  );
  for (let before = -1; before !== unequal.size; ) {
    before = unequal.size;
    for (const name of both)
      if (refersTo(inputs.get(name)).some((next) => unequal.has(next))) unequal.add(name);
  }
  return unequal;
}

/**
 * The schemas of a document, each with one name. The name is that of the contract's constant; what a request has in another form than an
 * answer is `<name>Input`; an object or a list of values without a constant is named after the place where it stands. Equal schemas have
 * one name.
 */
export function componentSchemas(uses: readonly SchemaUse[], dialect: Dialect): ComponentSchemas {
  const contract = contractNames();
  const names = new Map([...contract, ...ownNames(uses, contract)]);
  const made = {
    input: convert(names, 'input', dialect),
    output: convert(names, 'output', dialect),
  };
  const idOf = ({ schema }: SchemaUse) => names.get(schema) ?? '';
  const rootsOf = (direction: Direction) =>
    uses.filter((use) => use.direction === direction).map((use) => idOf(use));
  const used = {
    input: reachable(made.input, rootsOf('input')),
    output: reachable(made.output, rootsOf('output')),
  };
  const both = [...used.input].filter((name) => used.output.has(name));
  const unequal = unequalNames(made.input, made.output, both);
  const inputName = (name: string) => (unequal.has(name) ? `${name}Input` : name);

  const schemas = new Map<string, Json>();
  for (const name of used.output) schemas.set(name, made.output.get(name) ?? {});
  for (const name of used.input)
    schemas.set(inputName(name), renameReferences(made.input.get(name) ?? {}, inputName) as Json);
  inlineShapesNamed(schemas, isInline, dialect);
  const explicit = new Set([...contract.values()].flatMap((name) => [name, `${name}Input`]));
  const merged = mergeEqual(schemas, (name) => explicit.has(name), isInline);

  return {
    schemas: Object.fromEntries(
      [...schemas].filter(([name]) => !isInline(name)).sort(([one], [other]) => (one < other ? -1 : 1)),
    ),
    uses: uses.map((use) => {
      const id = use.direction === 'input' ? inputName(idOf(use)) : idOf(use);
      return isInline(id) ? (schemas.get(id) ?? {}) : schemaRef(merged(id));
    }),
  };
}
