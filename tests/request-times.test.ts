import * as contract from '@rideline/contract';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { declaredRoutes } from './declared-routes.ts';

/** Every leaf of a schema with its path. */
function leaves(schema: unknown, path: string): [path: string, leaf: z.ZodType][] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([name, field]) => leaves(field, `${path}.${name}`));
  if (schema instanceof z.ZodArray) return leaves(schema.element, `${path}[]`);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return leaves(schema.unwrap(), path);
  if (schema instanceof z.ZodPipe) return [...leaves(schema.in, path), ...leaves(schema.out, path)];
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => leaves(option, path));
  return schema instanceof z.ZodType ? [[path, schema]] : [];
}

/** Messages of clients are strict objects; what the server sends is not. */
const isMessage = (schema: unknown): schema is z.ZodObject =>
  schema instanceof z.ZodObject && schema.def.catchall instanceof z.ZodNever;

const incoming = [
  ...Object.entries(contract)
    .filter(([, schema]) => isMessage(schema))
    .flatMap(([name, schema]) => leaves(schema, name)),
  ...declaredRoutes().flatMap(({ method, path, params, query, body }) =>
    [params, query, body].flatMap((part) => leaves(part, `${method} ${path}`)),
  ),
];

/** By their name numbers are times: `at`, `scheduledAt`. */
const isTime = ([path, leaf]: [string, z.ZodType]) =>
  leaf instanceof z.ZodISODateTime || (leaf instanceof z.ZodNumber && /(?:\.at|At)$/.test(path));

it('ADM-61: no time in any request, over REST or by socket, is without bounds', () => {
  const times = incoming.filter(isTime);
  expect(times.length).toBeGreaterThan(15);
  const outside = [Date.UTC(1189, 1, 1), Date.UTC(1999, 11, 31), Date.UTC(2100, 0, 2), 8.64e15];
  const unbounded = times.filter(([, leaf]) =>
    outside.some((at) => {
      if (leaf instanceof z.ZodNumber) return leaf.safeParse(at).success;
      const text = new Date(at).toISOString();
      return leaf.safeParse(text).success;
    }),
  );
  expect(unbounded.map(([path]) => path)).toEqual([]);
  for (const [path, leaf] of times) {
    const now = Date.now();
    const accepted = leaf.safeParse(leaf instanceof z.ZodNumber ? now : new Date(now).toISOString()).success;
    expect([path, accepted]).toEqual([path, true]);
  }
});
