import { CodedError } from '@rideline/contract';
import type { z } from 'zod';

/** Maximum number of issues in one problem: a body with 10,000 faults does not produce 10,000 issues. */
const MAX_ISSUES = 20;

function pathOf(part: string, path: PropertyKey[]): string {
  return [part, ...path.map(String)].join('.');
}

type Issue = z.core.$ZodIssue;

const isMissing = (issue: Issue): boolean =>
  issue.code === 'invalid_union'
    ? issue.errors.every(([first]) => first !== undefined && first.path.length === 0 && isMissing(first))
    : issue.message.endsWith('received undefined');

/** A form of the body of which nothing is there: its fields are missing, and those that are there belong to another form. */
const isAbsent = (issues: readonly Issue[]) =>
  issues.every((issue) => issue.code === 'unrecognized_keys' || (issue.path.length <= 1 && isMissing(issue)));

/** A value of another kind, such as a list instead of an object. */
const isOfOtherKind = (issues: readonly Issue[]) =>
  issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0);

/** The faults of the form that the client meant, instead of "no form fits". */
function withoutUnions(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const forms = issue.errors.filter((issues) => !isOfOtherKind(issues));
  const meant = forms.find((issues) => !isAbsent(issues)) ?? forms[0] ?? issue.errors[0];
  if (meant === undefined) return [issue];
  return meant.flatMap((one) => withoutUnions({ ...one, path: [...issue.path, ...one.path] }));
}

/** Names the fields and the fault of each; never repeats a value. */
export function validationError(part: string, error: z.ZodError): CodedError {
  const issues = error.issues
    .flatMap(withoutUnions)
    .slice(0, MAX_ISSUES)
    .map((issue) => ({
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
