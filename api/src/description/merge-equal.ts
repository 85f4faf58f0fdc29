import { isJson, type Json } from './json-schema.ts';
import { renameReferences } from './references.ts';

/** The text of a schema without what describes it, fields in one order. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .filter((key) => key !== 'description' || isJson(value.description))
      .sort()
      .map((key) => [key, canonical(value[key])]),
  );
}

/** Which of two names stays: one of the contract before one that was made up, then the shorter one. */
function compareNames(one: string, other: string, isExplicit: (name: string) => boolean): number {
  return (
    Number(isExplicit(other)) - Number(isExplicit(one)) || one.length - other.length || (one < other ? -1 : 1)
  );
}

/**
 * Leaves one name for each shape, and makes every reference lead to it. Changes `schemas`.
 * @returns the name that is left of a name
 */
export function mergeEqual(
  schemas: Map<string, Json>,
  isExplicit: (name: string) => boolean,
  isUnnamed: (name: string) => boolean,
): (name: string) => string {
  const merged = new Map<string, string>();
  // References of merged schemas become equal too, so that their owners may be equal in the next round.
  for (let before = -1; before !== merged.size; ) {
    before = merged.size;
    const byText = new Map<string, string[]>();
    for (const [name, schema] of schemas) {
      if (isUnnamed(name)) continue;
      const text = JSON.stringify(canonical(schema));
      byText.set(text, [...(byText.get(text) ?? []), name]);
    }
    const renamed = new Map<string, string>();
    for (const names of byText.values()) {
      const [kept, ...others] = names.toSorted((one, other) => compareNames(one, other, isExplicit));
      for (const name of others) renamed.set(name, kept ?? name);
    }
    for (const [name, kept] of renamed) {
      merged.set(name, kept);
      schemas.delete(name);
    }
    const rename = (name: string) => renamed.get(name) ?? name;
    for (const [name, schema] of schemas) schemas.set(name, renameReferences(schema, rename) as Json);
  }
  const last = (name: string): string => {
    const kept = merged.get(name);
    return kept === undefined ? name : last(kept);
  };
  return last;
}
