import { CodedError, problemSchema } from '@rideline/contract';

interface Schema<T> {
  parse(value: unknown): T;
}

/** Gives a token that is good now. `refused`: one that the server has just called expired. */
export type TokenSource = (refused?: string) => Promise<string>;

export interface CallOptions {
  readonly token?: TokenSource | undefined;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Statuses beside 2xx whose body is still the answer (health says 503 with its reasons). */
  readonly also?: readonly number[];
}

const TIMEOUT_MS = 10_000;

/**
 * One call to the API of this page's own host.
 * @throws CodedError with the problem's code; UNAVAILABLE when nothing answers, TIMEOUT after 10 s
 */
export async function call<T>(path: string, schema: Schema<T>, options: CallOptions = {}): Promise<T> {
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
  const response = await sendWithToken(path, options, signal);
  const text = await response.text();
  const json: unknown = parseJson(text);
  if (!response.ok && options.also?.includes(response.status) !== true)
    throw problemOf(json, response.status);
  try {
    return schema.parse(json);
  } catch (cause) {
    throw new CodedError('INTERNAL', 'The server answered in a form that this page does not know.', {
      cause,
    });
  }
}

const UNAUTHENTICATED = 401;

/** A token that ran out on the way, by a clock that is wrong, is exchanged once. */
async function sendWithToken(path: string, options: CallOptions, signal: AbortSignal): Promise<Response> {
  const token = await options.token?.();
  const response = await send(path, options, token, signal);
  if (token === undefined || response.status !== UNAUTHENTICATED) return response;
  const another = await options.token?.(token);
  return another === token ? response : send(path, options, another, signal);
}

/**
 * One request with a token that is good, exchanged once when it was refused, and in bounded time.
 * @throws CodedError UNAVAILABLE, TIMEOUT
 */
export async function fetchWithToken(request: Request, token: TokenSource): Promise<Response> {
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  const signal = AbortSignal.any([deadline, request.signal]);
  const sendAs = async (good: string) => {
    const copy = new Request(request.clone(), { signal });
    copy.headers.set('authorization', `Bearer ${good}`);
    try {
      return await fetch(copy);
    } catch (cause) {
      if (request.signal.aborted) throw cause;
      throw unreachable(cause);
    }
  };
  const first = await token();
  const response = await sendAs(first);
  if (response.status !== UNAUTHENTICATED) return response;
  const another = await token(first);
  return another === first ? response : sendAs(another);
}

function unreachable(cause: unknown): CodedError {
  const timedOut = cause instanceof DOMException && cause.name === 'TimeoutError';
  return new CodedError(
    timedOut ? 'TIMEOUT' : 'UNAVAILABLE',
    timedOut ? undefined : 'The server cannot be reached.',
    { cause },
  );
}

async function send(
  path: string,
  options: CallOptions,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  try {
    return await fetch(path, {
      method: options.body === undefined ? 'GET' : 'POST',
      headers,
      signal,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
  } catch (cause) {
    if (options.signal?.aborted === true) throw cause;
    throw unreachable(cause);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, for instance the balancer's own error page: the caller judges by the status.
    return null;
  }
}

/** The problem that an answer tells, as an error. */
export function problemOf(json: unknown, status: number): CodedError {
  const problem = problemSchema.safeParse(json);
  if (!problem.success) {
    return new CodedError(
      status >= 500 ? 'UNAVAILABLE' : 'INTERNAL',
      `The server answered with status ${status}.`,
    );
  }
  const { code, detail, title, retryAfterMs } = problem.data;
  return new CodedError(code, detail ?? title, retryAfterMs === undefined ? {} : { retryAfterMs });
}
