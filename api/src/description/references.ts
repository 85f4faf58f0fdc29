import { isJson, type Json } from './json-schema.ts';

const PREFIX = '#/components/schemas/';

/** Names of the component schemas that a value refers to, at any depth. */
export function refersTo(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(refersTo);
  if (!isJson(value)) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key === '$ref' && typeof child === 'string' && child.startsWith(PREFIX)
      ? [child.slice(PREFIX.length)]
      : refersTo(child),
  );
}

/** The same value with other names of component schemas. */
export function renameReferences(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((child) => renameReferences(child, rename));
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      key === '$ref' && typeof child === 'string' && child.startsWith(PREFIX)
        ? `${PREFIX}${rename(child.slice(PREFIX.length))}`
        : renameReferences(child, rename),
    ]),
  );
}

/** The component schema that a reference names, else the schema itself. @throws Error when there is none */
export function resolved(schemas: Readonly<Record<string, Json>>, schema: Json): Json {
  const { $ref } = schema;
  if (typeof $ref !== 'string') return schema;
  const found = schemas[$ref.slice(PREFIX.length)];
  if (found === undefined) throw new Error(`${$ref} leads nowhere`);
  return found;
}
