import type { ErrorCode } from '@rideline/contract';

/**
 * The texts that failures are counted by. They are codes of a bounded list, so that Artillery's counters stay few and a run can be compared
 * with another one: Rideline's own codes, and those of this file for what no server answered.
 */

/** Whether an operation that was refused with this code can be repeated. The same as in docs/reference/errors.md; a test compares the two. */
const SERVER_CODES: Readonly<Record<ErrorCode, 'repeat' | 'final'>> = {
  SCALE_001: 'repeat',
  SCALE_002: 'repeat',
  SCALE_003: 'repeat',
  SCALE_004: 'repeat',
  SCALE_005: 'repeat',
  SCALE_006: 'repeat',
  BUSY: 'repeat',
  SHED: 'repeat',
  SLOW_CONSUMER: 'repeat',
  STORE_FULL: 'repeat',
  UNAVAILABLE: 'repeat',
  TIMEOUT: 'repeat',
  PROTOCOL_UNSUPPORTED: 'final',
  VALIDATION: 'final',
  UNKNOWN_EVENT: 'final',
  UNAUTHENTICATED: 'final',
  TOKEN_INVALID: 'final',
  TOKEN_IN_URL: 'final',
  TOKEN_EXPIRED: 'final',
  TOKEN_REVOKED: 'final',
  WRONG_AUDIENCE: 'final',
  ORIGIN_DENIED: 'final',
  FORBIDDEN: 'final',
  NOT_FOUND: 'final',
  METHOD_NOT_ALLOWED: 'final',
  CONFLICT: 'final',
  ILLEGAL_TRANSITION: 'final',
  KEY_REUSED: 'final',
  GONE: 'final',
  UNPRESENTABLE: 'final',
  PAYLOAD_TOO_LARGE: 'final',
  CONNECTION_LIMIT: 'repeat',
  CONNECTION_REPLACED: 'final',
  DRAINING: 'repeat',
  INTERNAL: 'repeat',
};

/** Refusals of a call that may have reached the database without an answer; as the API's UNANSWERED (api/src/trips/trip-access.ts). */
const UNANSWERED: readonly string[] = ['TIMEOUT', 'UNAVAILABLE', 'INTERNAL'] satisfies ErrorCode[];

/** Node's codes of a connection that failed; any other becomes NETWORK. */
const NETWORK_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EMFILE',
  'EADDRNOTAVAIL',
];

/** Failures of the generator's own: what no server answered. */
export const OWN_CODES = {
  /** No acknowledgement within the deadline. */
  ACK_TIMEOUT: 'repeat',
  /** No HTTP answer within the deadline. */
  HTTP_TIMEOUT: 'repeat',
  /** The connection was down, or was lost before the acknowledgement. */
  DISCONNECTED: 'repeat',
  /** The transport could not be opened. */
  CONNECT_FAILED: 'repeat',
  CONNECT_TIMEOUT: 'repeat',
  /** Another error of the network. */
  NETWORK: 'repeat',
  /** The answer is not what the contract says. */
  BAD_ANSWER: 'final',
  /** There are fewer tokens than users. */
  NO_TOKEN: 'final',
  /** What was to happen did not happen in time. */
  NOT_IN_TIME: 'final',
  /** A code that this generator does not know. */
  OTHER: 'final',
  /** An exception in the scenario. */
  EXCEPTION: 'final',
} as const satisfies Readonly<Record<string, 'repeat' | 'final'>>;

const LEAST_SERVER_FAULT = 500;
const TOO_MANY_REQUESTS = 429;
const HTTP_STATUS = /^HTTP_([1-5]\d\d)$/;

/** A failed attempt. `code`: of the bounded list · `retryAfterMs`: as the server asked. */
export class OperationFailed extends Error {
  readonly code: string;
  readonly retryAfterMs: number;
  readonly status: number | null;
  /**
   * Whether the operation may have had an effect all the same: as the server said; else `none` for a refusal with one of its codes, and unknown
   * for every other failure, also for the answer of a proxy (HTTP_502) and a lost connection (ECONNRESET).
   */
  readonly effect: 'none' | 'unknown';

  constructor(
    code: string,
    about: { retryAfterMs?: number; status?: number | null; effect?: 'none' | 'unknown' } = {},
  ) {
    super(code);
    this.name = 'OperationFailed';
    this.code = code;
    this.retryAfterMs = about.retryAfterMs ?? 0;
    this.status = about.status ?? null;
    this.effect = about.effect ?? (isRefusal(code) && !UNANSWERED.includes(code) ? 'none' : 'unknown');
  }

  /** The same failure of an operation of which an earlier try may have had an effect. */
  withUnknownEffect(): OperationFailed {
    const { code, retryAfterMs, status } = this;
    return new OperationFailed(code, { retryAfterMs, status, effect: 'unknown' });
  }

  get canRepeat(): boolean {
    const known =
      SERVER_CODES[this.code as ErrorCode] ??
      (OWN_CODES as Readonly<Record<string, 'repeat' | 'final'>>)[this.code] ??
      null;
    if (known !== null) return known === 'repeat';
    const status = Number(HTTP_STATUS.exec(this.code)?.[1] ?? 0);
    return NETWORK_CODES.includes(this.code) || status >= LEAST_SERVER_FAULT || status === TOO_MANY_REQUESTS;
  }
}

/** The code of a server's refusal; OTHER for one that is not on the list. */
export function serverCode(code: unknown): string {
  return typeof code === 'string' && isRefusal(code) ? code : 'OTHER';
}

/** Whether it is a code of the server's closed list. */
const isRefusal = (code: string): boolean => Object.hasOwn(SERVER_CODES, code);

/** The code of an HTTP answer: the one in the body, or its status when a proxy answered. */
export function httpCode(status: number, body: unknown): string {
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
  if (typeof code === 'string') return serverCode(code);
  return status >= 100 && status <= 599 ? `HTTP_${Math.trunc(status)}` : 'BAD_ANSWER';
}

/** The code of an error of Node's network. */
export function networkCode(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code !== undefined && NETWORK_CODES.includes(code) ? code : 'NETWORK';
}

/** Whether repeating can help, by code; for the test that compares this table with the contract. */
export const serverCodes = (): Readonly<Record<string, 'repeat' | 'final'>> => SERVER_CODES;
