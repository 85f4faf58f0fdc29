import * as contract from '@rideline/contract';
import { z } from 'zod';

/** Kinds that generators make a type of. Ids, texts and numbers stay where they are used: a name for each would say nothing more. */
const NAMED = [z.ZodObject, z.ZodEnum, z.ZodUnion, z.ZodDiscriminatedUnion, z.ZodTuple, z.ZodRecord] as const;

/** `tripViewSchema` → `TripView`. */
const nameOf = (exported: string) =>
  `${exported.charAt(0).toUpperCase()}${exported.slice(1).replace(/Schema$/, '')}`;

/** Names of the contract's schemas, from the names of their constants. */
export function contractNames(): Map<z.ZodType, string> {
  const names = new Map<z.ZodType, string>();
  for (const [exported, value] of Object.entries(contract)) {
    if (!exported.endsWith('Schema') || !NAMED.some((kind) => (value as unknown) instanceof kind)) continue;
    const schema = value as unknown as z.ZodType;
    // Of two constants with one schema, the first in the alphabet.
    if (!names.has(schema)) names.set(schema, nameOf(exported));
  }
  return names;
}
