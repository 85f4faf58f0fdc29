import { CodedError, problemSchema } from '@rideline/contract';

interface Schema<T> {
  parse(value: unknown): T;
}

/** Returns a valid token. `refused`: a token that the server has just rejected as expired. */
export type TokenSource = (refused?: string) => Promise<string>;

export interface CallOptions {
  readonly token?: TokenSource | undefined;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Statuses besides 2xx whose body is parsed as the result (`/health` returns 503 with its reasons). */
  readonly also?: readonly number[];
}

const TIMEOUT_MS = 10_000;

/**
 * One call to the API on this page's host.
 * @throws CodedError with the problem's code; UNAVAILABLE when the server cannot be reached, TIMEOUT after 10 s
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
    throw new CodedError('INTERNAL', 'The server sent a response that this page cannot parse.', {
      cause,
    });
  }
}

const UNAUTHENTICATED = 401;

/** A token that is rejected as expired, for instance because this clock is wrong, is exchanged once. */
async function sendWithToken(path: string, options: CallOptions, signal: AbortSignal): Promise<Response> {
  const token = await options.token?.();
  const response = await send(path, options, token, signal);
  if (token === undefined || response.status !== UNAUTHENTICATED) return response;
  const another = await options.token?.(token);
  return another === token ? response : send(path, options, another, signal);
}

/**
 * One request with a valid token, exchanged once when it is rejected. Times out after 10 s.
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
    // The request may have reached the server.
    { effect: 'unknown', cause },
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
    // Not JSON, for instance the load balancer's own error page: the caller decides by the status.
    return null;
  }
}

/** A problem response as an error. */
export function problemOf(json: unknown, status: number): CodedError {
  const problem = problemSchema.safeParse(json);
  if (!problem.success) {
    return new CodedError(
      status >= 500 ? 'UNAVAILABLE' : 'INTERNAL',
      `The server answered with status ${status}.`,
      // A balancer whose server did not answer it.
      status >= 500 ? { effect: 'unknown' } : {},
    );
  }
  const { code, detail, title, retryAfterMs, effect } = problem.data;
  return new CodedError(code, detail ?? title, {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    effect,
  });
}
