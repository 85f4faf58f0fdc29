import { z } from 'zod';
import * as LIMITS from './limits.ts';

/**
 * A decimal number in a query string as JavaScript, Swift, Kotlin or Python print it: any number of digits, an exponent (`5e-7`, `1.0E-7`).
 * `z.coerce.number()` would read '' as 0, a valid coordinate in the Gulf of Guinea, and '0x1F' as 31.
 */
const DECIMAL = /^[+-]?\d{1,40}(\.\d{0,60})?(e[+-]?\d{1,3})?$/i;

export const inQuery = <Schema extends z.ZodNumber>(schema: Schema) =>
  z.preprocess((value) => (typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value), schema);

/** Start of a page: the `next` of the previous page. */
export const cursorSchema = z.string().max(256);

/** Most items of a page. */
export const pageLimit = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .pipe(z.int().min(1).max(LIMITS.pageSize));

/** `next` of every list. */
export const nextCursor = z
  .string()
  .nullable()
  .describe('`cursor` of the next page; null: this is the last one');

/** Query parameters of every list. */
export const pageQuery = { limit: pageLimit.default(50), cursor: cursorSchema.optional() };

/** Names of fields of a list's items, comma separated: the answer has only these. */
export function fieldsOf(item: z.ZodObject): z.ZodOptional<z.ZodString> {
  const name = `(?:${Object.keys(item.shape).join('|')})`;
  return z
    .string()
    .max(512)
    .regex(new RegExp(`^${name}(?:,${name})*$`))
    .optional()
    .describe('fields to answer, comma separated; all when absent');
}

/** The selected fields of an item. */
export function pickFields<Item extends object>(item: Item, fields: string | undefined): Partial<Item> {
  if (fields === undefined) return item;
  const selected = new Set(fields.split(','));
  return Object.fromEntries(Object.entries(item).filter(([name]) => selected.has(name))) as Partial<Item>;
}
