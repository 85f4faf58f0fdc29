/*
 * The closed list of error codes without its schemas: the SDK's package contains this file, and no zod (docs/decisions/0163-sdk-package.md).
 */

/** When a client may retry: never, after changing the request, later, or with a new token. */
export type RetryAdvice = 'never' | 'change' | 'later' | 'reauthenticate';

interface ErrorEntry {
  readonly status: number;
  readonly retry: RetryAdvice;
  readonly text: string;
}

/**
 * The closed list of error codes, shared by REST (problem details), socket acknowledgements and the SDK.
 * `docs/reference/errors.md` repeats it, and a test compares the two.
 */
export const ERRORS = {
  SCALE_001: {
    status: 202,
    retry: 'later',
    text: 'Accepted, but the queue is long: the answer has position and estimated wait.',
  },
  SCALE_002: { status: 503, retry: 'later', text: 'The database pool is exhausted.' },
  SCALE_003: { status: 429, retry: 'later', text: 'Rate limit reached.' },
  SCALE_004: { status: 503, retry: 'later', text: 'A dependency is failing and its circuit is open.' },
  SCALE_005: {
    status: 200,
    retry: 'later',
    text: 'The cache is degraded: this answer came from the database.',
  },
  SCALE_006: { status: 503, retry: 'later', text: 'This node is at its connection capacity.' },
  BUSY: { status: 503, retry: 'later', text: 'The buffer is full: keep the data and send it again.' },
  SHED: { status: 503, retry: 'later', text: 'Non-critical work is shed under overload.' },
  SLOW_CONSUMER: { status: 503, retry: 'later', text: 'The client reads too slowly.' },
  STORE_FULL: { status: 503, retry: 'later', text: 'The store is full: keep the data and send it again.' },
  UNAVAILABLE: { status: 503, retry: 'later', text: 'A required server does not answer.' },
  TIMEOUT: { status: 504, retry: 'later', text: 'No answer within the time allowed.' },
  PROTOCOL_UNSUPPORTED: { status: 400, retry: 'change', text: 'This protocol version is not supported.' },
  VALIDATION: { status: 400, retry: 'change', text: 'The request does not match the contract.' },
  UNKNOWN_EVENT: { status: 400, retry: 'change', text: 'Unknown event.' },
  UNAUTHENTICATED: { status: 401, retry: 'reauthenticate', text: 'Valid credentials are required.' },
  TOKEN_INVALID: { status: 401, retry: 'reauthenticate', text: 'The token is not valid.' },
  TOKEN_IN_URL: { status: 400, retry: 'change', text: 'A token must not be sent in the URL.' },
  TOKEN_EXPIRED: { status: 401, retry: 'reauthenticate', text: 'The token has expired.' },
  TOKEN_REVOKED: { status: 401, retry: 'reauthenticate', text: 'The token was revoked.' },
  WRONG_AUDIENCE: { status: 403, retry: 'never', text: 'The token is for another part of the system.' },
  ORIGIN_DENIED: { status: 403, retry: 'never', text: 'This web origin is not allowed.' },
  FORBIDDEN: { status: 403, retry: 'never', text: 'Not allowed.' },
  NOT_FOUND: { status: 404, retry: 'never', text: 'Not found.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    retry: 'never',
    text: 'Method not allowed: the Allow header lists the allowed methods.',
  },
  CONFLICT: {
    status: 409,
    retry: 'change',
    text: 'Conflicts with the current state.',
  },
  ILLEGAL_TRANSITION: { status: 409, retry: 'never', text: 'Not possible in the current state.' },
  KEY_REUSED: { status: 422, retry: 'never', text: 'This key was used with another request.' },
  GONE: { status: 410, retry: 'never', text: 'Expired.' },
  UNPRESENTABLE: {
    status: 422,
    retry: 'never',
    text: 'What is stored cannot be presented: the detail names the document, and the log has the reason.',
  },
  PAYLOAD_TOO_LARGE: { status: 413, retry: 'change', text: 'The request is too large.' },
  CONNECTION_LIMIT: { status: 429, retry: 'later', text: 'Too many connections of this user.' },
  CONNECTION_REPLACED: { status: 409, retry: 'never', text: 'A newer connection of this user took over.' },
  DRAINING: {
    status: 503,
    retry: 'later',
    text: 'This node is draining: reconnect after the given time.',
  },
  INTERNAL: { status: 500, retry: 'later', text: 'Internal error.' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/**
 * Whether a command that failed took effect. none: this try had none · unknown: the server that stores it did not answer, and it may have
 * taken effect or take it later. Repeating the command under its id returns the result of the first try that took effect.
 */
export type CommandEffect = 'none' | 'unknown';

/** The refusal in a socket acknowledgement, and the `data` of a `connect_error`. */
export interface Refusal {
  ok: false;
  code: ErrorCode;
  retryAfterMs?: number | undefined;
  detail?: string | undefined;
  /** PROTOCOL_UNSUPPORTED: the supported versions. */
  min?: number | undefined;
  max?: number | undefined;
  /** CONFLICT: the current version. */
  version?: number | undefined;
  /** Of commands on trips, with the codes after which they can be repeated. */
  effect?: CommandEffect | undefined;
}

/** An error for the client: a code of the closed list and a text. The only error type that our code throws deliberately. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly issues: readonly { path: string; message: string }[] | undefined;
  /** CONFLICT: the current version, if there is one. */
  readonly version: number | undefined;
  readonly effect: CommandEffect | undefined;

  constructor(
    code: ErrorCode,
    detail?: string,
    options: {
      retryAfterMs?: number;
      issues?: readonly { path: string; message: string }[];
      version?: number;
      effect?: CommandEffect | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(detail ?? ERRORS[code].text, { cause: options.cause });
    this.name = 'CodedError';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.issues = options.issues;
    this.version = options.version;
    this.effect = options.effect;
  }

  /** The same error with what is known of the effect of the command that failed. */
  withEffect(effect: CommandEffect): CodedError {
    const { code, message, retryAfterMs, issues, version } = this;
    return new CodedError(code, message, {
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(issues === undefined ? {} : { issues }),
      ...(version === undefined ? {} : { version }),
      effect,
      cause: this,
    });
  }

  toRefusal(): Refusal {
    return {
      ok: false,
      code: this.code,
      detail: this.message,
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
      ...(this.version === undefined ? {} : { version: this.version }),
      ...(this.effect === undefined ? {} : { effect: this.effect }),
    };
  }
}
