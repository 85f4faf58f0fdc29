import { CodedError, ERRORS, type ErrorCode, type Problem } from '@rideline/contract';
import { isMongoAway } from '@rideline/platform/mongo/mongo-errors';

/** Path that explains the codes: an RFC 9457 `type` on the same host. */
const PROBLEM_TYPE_BASE = '/v1/errors#';
/** Default Retry-After: long enough for a server restart, short enough for a person. */
const DEFAULT_RETRY_AFTER_MS = 1000;

/** Errors of ioredis that mean "the server is unavailable", not "the request was wrong". */
const AWAY = new Set(['MaxRetriesPerRequestError', 'ClusterAllFailedError']);
const AWAY_TEXT =
  /connection is closed|(?:stream|cluster) isn't (?:writeable|ready)|ECONNREFUSED|ECONNRESET|LOADING|CLUSTERDOWN|MASTERDOWN|before initial connection/i;
const POOL_EXHAUSTED = new Set(['MongoWaitQueueTimeoutError', 'WaitQueueTimeoutError']);

interface HttpError {
  readonly status: number;
  readonly type?: string;
}

function httpStatus(error: unknown): number | undefined {
  const status = (error as Partial<HttpError> | undefined)?.status;
  return typeof status === 'number' ? status : undefined;
}

function fromHttpStatus(status: number, error: unknown): CodedError | undefined {
  if (status === 413) return new CodedError('PAYLOAD_TOO_LARGE', undefined, { cause: error });
  if (status === 404) return new CodedError('NOT_FOUND', undefined, { cause: error });
  // Body parsers throw 400 for malformed JSON or a cut body, 415 for a charset or content encoding that they don't read.
  if (status === 400 || status === 415)
    return new CodedError('VALIDATION', 'The body cannot be read as JSON.', { cause: error });
  return undefined;
}

/** Maps any thrown value to an error of the closed list. Unexpected errors become INTERNAL, which gives the client no details. */
export function asCodedError(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const status = httpStatus(error);
  const known = status === undefined ? undefined : fromHttpStatus(status, error);
  if (known) return known;
  if (error instanceof Error) {
    if (POOL_EXHAUSTED.has(error.name)) return new CodedError('SCALE_002', undefined, { cause: error });
    if (error.message === 'Command timed out') return new CodedError('TIMEOUT', undefined, { cause: error });
    if (isMongoAway(error) || AWAY.has(error.name) || AWAY_TEXT.test(error.message))
      return new CodedError('UNAVAILABLE', undefined, { cause: error });
  }
  return new CodedError('INTERNAL', undefined, { cause: error });
}

function retryAfterMs(error: CodedError): number | undefined {
  if (error.retryAfterMs !== undefined) return error.retryAfterMs;
  const { status, retry } = ERRORS[error.code];
  return retry === 'later' && status !== 500 ? DEFAULT_RETRY_AFTER_MS : undefined;
}

/** RFC 9457 problem details, the one shape of every REST error (contract `problemSchema`). */
export function toProblem(error: CodedError, requestId: string): Problem {
  const { status, text } = ERRORS[error.code];
  const wait = retryAfterMs(error);
  return {
    type: `${PROBLEM_TYPE_BASE}${error.code}`,
    title: text,
    status,
    code: error.code,
    requestId,
    ...(error.message === text ? {} : { detail: error.message }),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(error.version === undefined ? {} : { version: error.version }),
    ...(error.effect === undefined ? {} : { effect: error.effect }),
    ...(error.issues === undefined ? {} : { issues: [...error.issues] }),
  };
}

/** Headers of a problem: Retry-After and WWW-Authenticate. */
export function problemHeaders(problem: Problem): Record<string, string> {
  const headers: Record<string, string> = {};
  // Whole seconds, rounded up: an early retry would be refused again.
  if (problem.retryAfterMs !== undefined)
    headers['Retry-After'] = String(Math.ceil(problem.retryAfterMs / 1000));
  if (problem.status === 401) headers['WWW-Authenticate'] = 'Bearer realm="rideline"';
  return headers;
}

/** Errors of this server, logged with their cause. All others come from the client or a dependency. */
export function isOurs(code: ErrorCode): boolean {
  return code === 'INTERNAL';
}
