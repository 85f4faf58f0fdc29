import { CodedError, ERRORS, type ErrorCode } from '@rideline/contract';
import { toProblem } from '../http/problem.ts';
import type { Route } from '../http/route.ts';
import { headerRefs, problemHeaderNames } from './headers.ts';
import type { Json } from './json-schema.ts';

const REQUEST_ID = '0fd5c7c2-4a86-4b1c-9d3e-9f2f6b8f3a10';

/** Codes that every route may answer, and those that its declaration implies. */
function codesOf(one: Route): ErrorCode[] {
  const codes = new Set<ErrorCode>(['VALIDATION', 'TOKEN_IN_URL', 'INTERNAL', ...one.problems]);
  if (one.access !== 'public')
    for (const code of [
      'UNAUTHENTICATED',
      'TOKEN_INVALID',
      'TOKEN_EXPIRED',
      'TOKEN_REVOKED',
      'WRONG_AUDIENCE',
      'FORBIDDEN',
    ] as const)
      codes.add(code);
  if (one.body !== undefined) codes.add('PAYLOAD_TOO_LARGE');
  if (one.limit !== 'none') codes.add('SCALE_003');
  if (one.limit !== 'none' && one.limit !== 'critical') codes.add('SHED');
  if (one.problems.includes('UNAVAILABLE'))
    for (const code of ['SCALE_002', 'SCALE_004'] as const) codes.add(code);
  if (one.idempotent) for (const code of ['KEY_REUSED', 'CONFLICT'] as const) codes.add(code);
  return [...codes];
}

/** Codes by HTTP status, in the order of the closed list, so that equal sets have one name. */
function codesByStatus(one: Route): Map<number, ErrorCode[]> {
  const codes = new Set(codesOf(one));
  const byStatus = new Map<number, ErrorCode[]>();
  for (const [code, { status }] of Object.entries(ERRORS)) {
    if (!codes.has(code as ErrorCode)) continue;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code as ErrorCode]);
  }
  return byStatus;
}

/** The example of a code: what the server sends. */
export function problemExample(code: ErrorCode): Json {
  const issues =
    code === 'VALIDATION' ? { issues: [{ path: 'body.pickup.lat', message: 'must be at most 90' }] } : {};
  return {
    summary: ERRORS[code].text,
    value: toProblem(new CodedError(code, undefined, issues), REQUEST_ID),
  };
}

/** The refusals of a document's operations: one response for each status and set of codes. */
export class ProblemResponses {
  readonly responses: Record<string, Json> = {};
  readonly examples: Record<string, Json> = {};

  #add(status: number, codes: readonly ErrorCode[]): Json {
    const name = `${status}_${codes.join('_')}`;
    this.responses[name] ??= {
      description: codes.map((code) => `${code}: ${ERRORS[code].text}`).join('\n\n'),
      headers: headerRefs(problemHeaderNames(status, codes)),
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: Object.fromEntries(
            codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
          ),
        },
      },
    };
    for (const code of codes) this.examples[code] ??= problemExample(code);
    return { $ref: `#/components/responses/${name}` };
  }

  /** The refusals of a route, by status. Statuses that are success answers of the route are left out. */
  of(one: Route, taken: ReadonlySet<number>): Json {
    return Object.fromEntries(
      [...codesByStatus(one)]
        .filter(([status]) => !taken.has(status))
        .map(([status, codes]) => [status, this.#add(status, codes)]),
    );
  }
}
