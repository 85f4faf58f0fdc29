import type { CommandEffect, ErrorCode, Refusal } from '@rideline/contract';

/** transient: the same call may succeed later, unchanged · permanent: it cannot. */
export type ErrorKind = 'transient' | 'permanent';

/**
 * What an app does about an error. retry: repeat the call after `afterMs` · sign_in: get new credentials from the person · update_app: this
 * version of the app is too old for the server · fix_call: the app passed something that the server can never accept · give_up: the
 * state of the server does not allow it: read the state again and show it.
 */
export type ErrorAdvice =
  | { readonly action: 'retry'; readonly afterMs: number }
  | { readonly action: Exclude<ErrorAction, 'retry'> };

export type ErrorAction = 'retry' | 'sign_in' | 'update_app' | 'fix_call' | 'give_up';

/** What the server said beside the code. Texts are for developers: do not show them to people. */
export interface ErrorDetails {
  /** The server's own time until a retry, ms. */
  readonly retryAfterMs?: number;
  /** HTTP status of a REST answer. */
  readonly status?: number;
  /** Names the request in the server's logs. */
  readonly requestId?: string;
  /** VALIDATION: the fields that do not match the contract. */
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
  /** CONFLICT: the current version. */
  readonly version?: number;
  /** Of commands: whether the command took effect. */
  readonly effect?: CommandEffect;
  /** PROTOCOL_UNSUPPORTED: the versions that the server supports. */
  readonly min?: number;
  readonly max?: number;
}

export interface RidelineErrorOptions extends ErrorDetails {
  readonly message?: string;
  /** What failed underneath. Never a request, which contains a token. */
  readonly cause?: unknown;
}

/** Wait before a retry where the server named none, ms: the first wait of the REST client. */
const DEFAULT_RETRY_MS = 2000;

/** The closed list by what a client does, without the texts of the contract, which are for servers: a test compares the two. */
const CODES_BY_ACTION: Readonly<Record<ErrorAction, string>> = {
  retry:
    'SCALE_001 SCALE_002 SCALE_003 SCALE_004 SCALE_005 SCALE_006 BUSY SHED SLOW_CONSUMER STORE_FULL UNAVAILABLE TIMEOUT CONNECTION_LIMIT DRAINING INTERNAL',
  sign_in: 'UNAUTHENTICATED TOKEN_INVALID TOKEN_EXPIRED TOKEN_REVOKED',
  update_app: 'PROTOCOL_UNSUPPORTED UNKNOWN_EVENT',
  fix_call:
    'VALIDATION TOKEN_IN_URL WRONG_AUDIENCE ORIGIN_DENIED METHOD_NOT_ALLOWED KEY_REUSED PAYLOAD_TOO_LARGE',
  give_up: 'FORBIDDEN NOT_FOUND CONFLICT ILLEGAL_TRANSITION GONE UNPRESENTABLE CONNECTION_REPLACED',
};

const ACTIONS: ReadonlyMap<unknown, ErrorAction> = new Map(
  (Object.keys(CODES_BY_ACTION) as ErrorAction[]).flatMap((action) =>
    CODES_BY_ACTION[action].split(' ').map((code) => [code, action] as const),
  ),
);

/**
 * The only error that the SDK throws, rejects with or reports: a code of the closed list (docs/reference/errors.md), whether a retry can
 * help, and what to do. A token function may throw one, too: `new RidelineError('TOKEN_REVOKED')` says that the session is over.
 */
export class RidelineError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly advice: ErrorAdvice;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, options: RidelineErrorOptions = {}) {
    const { message, cause, ...details } = options;
    super(message ?? code, cause === undefined ? undefined : { cause });
    this.name = 'RidelineError';
    this.code = code;
    this.advice = adviceOf(code, details.retryAfterMs);
    this.kind = this.advice.action === 'retry' ? 'transient' : 'permanent';
    this.details = details;
  }
}

/** What to do about a code. One that this version does not know comes from a newer server and means "later". */
export function actionOf(code: string): ErrorAction {
  return ACTIONS.get(code) ?? 'retry';
}

function adviceOf(code: ErrorCode, retryAfterMs: number = DEFAULT_RETRY_MS): ErrorAdvice {
  const action = actionOf(code);
  return action === 'retry' ? { action, afterMs: retryAfterMs } : { action };
}

/** Whether a value is a code of the closed list. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return ACTIONS.has(value);
}

/** The code of an error that somebody else threw, if it is one of ours. */
export function codeOf(error: unknown): ErrorCode | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return isErrorCode(code) ? code : undefined;
}

/**
 * An error from what a server answered (a problem of REST, the refusal in an acknowledgement), from what a connection stopped with, or from
 * what was thrown. A code that this version does not know comes from a newer server and means "later": it becomes `fallback`.
 */
export function errorFrom(value: unknown, fallback: ErrorCode = 'UNAVAILABLE'): RidelineError {
  if (value instanceof RidelineError) return value;
  const known = codeOf(value);
  const code = known ?? fallback;
  if (value instanceof Error)
    return new RidelineError(code, {
      cause: value,
      ...(known === undefined ? {} : { message: value.message }),
      ...numbersOf(value, ['retryAfterMs', 'version']),
    });
  if (typeof value !== 'object' || value === null) return new RidelineError(code);
  const given = value as Record<string, unknown>;
  const { detail, requestId, effect, issues } = given;
  return new RidelineError(code, {
    ...numbersOf(value, ['retryAfterMs', 'status', 'version', 'min', 'max']),
    ...(typeof detail === 'string' ? { message: detail } : {}),
    ...(typeof requestId === 'string' ? { requestId } : {}),
    ...(effect === 'none' || effect === 'unknown' ? { effect } : {}),
    ...(Array.isArray(issues) ? { issues: issues as { path: string; message: string }[] } : {}),
  });
}

/** A refusal that this phone makes itself, in the shape of a server's. */
export function localRefusal(code: ErrorCode, effect: CommandEffect): Refusal {
  return { ok: false, code, effect };
}

/** Those of the named fields that are numbers from 0. */
export function numbersOf<Name extends string>(
  value: object,
  names: readonly Name[],
): { [Key in Name]?: number } {
  const found: { [Key in Name]?: number } = {};
  for (const name of names) {
    const number = (value as Record<string, unknown>)[name];
    if (typeof number === 'number' && number >= 0) found[name] = number;
  }
  return found;
}
