import { CodedError } from '@rideline/contract';
import type { z } from 'zod';

/** Maximum number of issues in one problem: a body with 10,000 faults does not produce 10,000 issues. */
const MAX_ISSUES = 20;

function pathOf(part: string, path: PropertyKey[]): string {
  return [part, ...path.map(String)].join('.');
}

/** Names the fields and the fault of each; never repeats a value. */
export function validationError(part: string, error: z.ZodError): CodedError {
  const issues = error.issues.slice(0, MAX_ISSUES).map((issue) => ({
    path: pathOf(part, issue.path),
    message: issue.message,
  }));
  return new CodedError('VALIDATION', undefined, { issues });
}

/**
 * Checks one part of a request (`params`, `query`, `body`) against its schema.
 * @throws CodedError VALIDATION with its issues
 */
export function parsePart<Schema extends z.ZodType>(
  part: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw validationError(part, result.error);
  return result.data;
}

/**
 * The query as an object of strings. Duplicate names are refused: two parsers could pick different values.
 * @throws CodedError VALIDATION
 */
export function queryObject(searchParams: URLSearchParams): Record<string, string> {
  const entries = [...searchParams];
  if (new Set(entries.map(([name]) => name)).size !== entries.length) {
    throw new CodedError('VALIDATION', undefined, {
      issues: [{ path: 'query', message: 'parameters must not repeat' }],
    });
  }
  return Object.fromEntries(entries);
}
