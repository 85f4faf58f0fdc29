import { type Dialect, isJson, type Json } from './json-schema.ts';

const pascal = (text: string) =>
  text.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_all, letter: string) => letter.toUpperCase());

/** `TripAuditEntries` → `TripAuditEntry`: the name of one item of a list. */
const itemName = (name: string) => (/ies$/.test(name) ? name.replace(/ies$/, 'y') : name.replace(/s$/, ''));

/** Whether generators make a type of it: an object with fields, or a list of values. */
function isShape(schema: Json): boolean {
  if (isJson(schema.properties) && Object.keys(schema.properties).length > 0) return true;
  return Array.isArray(schema.enum) && schema.enum.length > 1;
}

const isNull = (schema: unknown) => isJson(schema) && schema.type === 'null';

/** What tells one member of a union from the others: the value of its constant field. */
function memberName(member: unknown, index: number): string {
  const properties = isJson(member) && isJson(member.properties) ? member.properties : {};
  for (const field of Object.values(properties)) {
    if (!isJson(field) || field.const === undefined) continue;
    if (typeof field.const === 'boolean') return field.const ? 'Success' : 'Failure';
    return pascal(String(field.const));
  }
  return `Option${index + 1}`;
}

/**
 * Gives each object and each list of values inside `schemas` a name of its own, made of the names on the way to it, and puts a reference in
 * its place. Generators would make up such names, each its own.
 * @param isUnnamed schemas that have no name to begin with; they are left as they are
 */
export function inlineShapesNamed(
  schemas: Map<string, Json>,
  isUnnamed: (name: string) => boolean,
  dialect: Dialect,
): void {
  const place = (schema: unknown, name: string): unknown => {
    if (!isJson(schema) || typeof schema.$ref === 'string') return schema;
    const inner = within(schema, name);
    if (!isShape(inner)) return inner;
    const { description, default: fallback, ...shape } = inner;
    let free = name;
    for (let index = 2; schemas.has(free); index += 1) free = `${name}${index}`;
    schemas.set(free, shape);
    const beside = {
      ...(description === undefined ? {} : { description }),
      ...(fallback === undefined ? {} : { default: fallback }),
    };
    const $ref = `#/components/schemas/${free}`;
    const isAlone = dialect === 'draft-07' && Object.keys(beside).length > 0;
    return isAlone ? { allOf: [{ $ref }], ...beside } : { $ref, ...beside };
  };
  const members = (list: unknown, name: string): unknown => {
    if (!Array.isArray(list)) return list;
    const several = list.filter((member) => !isNull(member)).length > 1;
    return list.map((member, index) => place(member, several ? name + memberName(member, index) : name));
  };
  const within = (schema: Json, name: string): Json => {
    const made: Json = { ...schema };
    if (isJson(made.properties))
      made.properties = Object.fromEntries(
        Object.entries(made.properties).map(([key, child]) => [key, place(child, name + pascal(key))]),
      );
    if (isJson(made.items)) made.items = place(made.items, itemName(name));
    for (const key of ['prefixItems', 'items']) {
      const tuple = made[key];
      if (Array.isArray(tuple)) made[key] = tuple.map((child, index) => place(child, `${name}Item${index}`));
    }
    if (isJson(made.additionalProperties))
      made.additionalProperties = place(made.additionalProperties, `${itemName(name)}Value`);
    for (const key of ['anyOf', 'oneOf', 'allOf']) if (key in made) made[key] = members(made[key], name);
    return made;
  };
  for (const [name, schema] of [...schemas]) if (!isUnnamed(name)) schemas.set(name, within(schema, name));
}
