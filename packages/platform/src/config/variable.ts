import { z } from 'zod';
import type { VariableName } from './variable-names.ts';

/** One environment variable: schema with its default, and help text. */
export interface Variable {
  readonly schema: z.ZodType;
  readonly help: string;
  /** Printed as `(set)` by check-config, never its value. */
  readonly secret?: true;
  /** Refused by every process when RIDELINE_ENV is production: also in DEVELOPMENT_ONLY (variable-names.ts). */
  readonly developmentOnly?: true;
}

/** A table of variables: the only place where one is defined. `docs/reference/environment.md` repeats all tables; a test compares. */
export type VariableTable = Readonly<Partial<Record<VariableName, Variable>>>;

export type ValuesOf<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends { readonly schema: infer Schema extends z.ZodType }
    ? z.output<Schema>
    : never;
};

export const text = z.string().min(1);
export const port = z.coerce.number().int().min(0).max(65_535);
export const natural = z.coerce.number().int().min(0);
export const positive = z.coerce.number().int().positive();

/** Comma-separated words. */
export const list = z
  .string()
  .default('')
  .transform((csv) =>
    csv
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );
