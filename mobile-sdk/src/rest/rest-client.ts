import type { LogHandler } from '../diagnostics/log-events.ts';
import { Recorder } from '../diagnostics/recorder.ts';
import { codeOf, errorFrom, RidelineError } from '../errors/rideline-error.ts';
import { type TokenFunction, type TokenSource, tokenFunctionOf } from '../session/token-source.ts';
import { deviceClock, type SdkClock } from '../time/clock.ts';
import { startElapsed } from '../time/elapsed.ts';
import { within } from '../time/within.ts';
import { addressOf } from './address.ts';
import type { RestCallOptions, RestClient, RestResult } from './rest-types.ts';
import { ATTEMPT_MS, isRepeatable, retryAfterMs, retryWaitMs } from './retry.ts';

export interface RestOptions {
  /** URL of the front port. */
  url: string;
  /** Absent: only for requests without a token. */
  token?: TokenSource;
  fetch?: FetchFunction;
  clock?: SdkClock;
  /** Receives retries and failures, for the app's log: method, path template, code and times. */
  log?: LogHandler;
  /** Receives errors of `log`; by default the host's uncaught-error handler does. */
  onListenerError?: (error: unknown) => void;
}

/** What is used of the platform's `fetch`. */
export type FetchFunction = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string; signal: AbortSignal },
) => Promise<Response>;

interface AnyCall extends RestCallOptions {
  readonly params?: {
    readonly path?: Record<string, unknown>;
    readonly query?: Record<string, unknown>;
    readonly header?: Record<string, unknown>;
  };
  readonly body?: unknown;
}

interface Answer {
  readonly response: Response;
  /** Parsed JSON, or the text of another content type. */
  readonly content: unknown;
}

const UNAUTHENTICATED = 401;
const NOT_MODIFIED = 304;

/**
 * `const { data, error } = await rest.GET('/v1/trips/{tripId}', { params: { path: { tripId } } })`: `error` is a RidelineError.
 *
 * An attempt has 10 s. A GET, PUT or DELETE, and a POST or PATCH with `idempotencyKey`, is repeated after 2, 4 and 8 s (a quarter more or
 * less) or after the server's `Retry-After`, when the server has not answered or said "later"; a call ends within 90 s. A refused token is
 * exchanged once. A call rejects only when its own `signal` ends it.
 */
export function createRestClient(options: RestOptions): RestClient {
  const caller = new RestCaller(options);
  const method = (name: string) => (path: string, init?: AnyCall) => caller.call(name, path, init ?? {});
  return {
    GET: method('GET'),
    PUT: method('PUT'),
    POST: method('POST'),
    DELETE: method('DELETE'),
    PATCH: method('PATCH'),
    // The types come from the API's paths, which exist at compile time only.
  } as unknown as RestClient;
}

class RestCaller {
  readonly #options: RestOptions;
  readonly #clock: SdkClock;
  readonly #recorder: Recorder;
  readonly #tokenOf: TokenFunction | undefined;

  constructor(options: RestOptions) {
    this.#options = options;
    this.#clock = options.clock ?? deviceClock;
    this.#recorder = new Recorder(this.#clock, options.log, options.onListenerError);
    this.#tokenOf = options.token === undefined ? undefined : tokenFunctionOf(options.token, this.#clock);
  }

  async call(method: string, path: string, init: AnyCall): Promise<RestResult<unknown>> {
    const elapsedMs = startElapsed(this.#clock);
    const call = `${method} ${path}`;
    let request: PreparedRequest;
    try {
      request = prepared(this.#options.url, method, path, init);
    } catch (error) {
      return { error: errorFrom(error, 'VALIDATION'), response: undefined };
    }
    for (let attempt = 1; ; attempt++) {
      if (init.signal?.aborted) throw reasonOf(init.signal);
      const result = await unlessAborted(init.signal, this.#authorized(request));
      const { error, response } = result;
      if (error === undefined) return result;
      const waitMs = this.#retryWaitMs(request, error, attempt, elapsedMs());
      const facts = {
        call,
        attempt,
        code: error.code,
        status: response?.status,
        tookMs: elapsedMs(),
        waitMs,
      };
      this.#recorder.log(waitMs === undefined ? 'rest.failed' : 'rest.retried', facts);
      if (waitMs === undefined) return result;
      await this.#wait(waitMs, init.signal);
    }
  }

  #retryWaitMs(
    { isRepeatable }: PreparedRequest,
    { kind, details }: RidelineError,
    attempts: number,
    elapsedMs: number,
  ): number | undefined {
    if (!isRepeatable || kind === 'permanent') return undefined;
    return retryWaitMs(attempts, details.retryAfterMs, elapsedMs, this.#clock.random());
  }

  async #wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    let cancel: (() => void) | undefined;
    const passed = new Promise<void>((resolve) => {
      cancel = this.#clock.after(ms, resolve);
    });
    await unlessAborted(signal, passed).finally(() => cancel?.());
  }

  /** One attempt, and another one with the next token when the server refuses this one. */
  async #authorized(request: PreparedRequest): Promise<RestResult<unknown>> {
    try {
      const token = await this.#tokenOf?.();
      const result = await this.#attempt(request, token);
      if (result.response?.status !== UNAUTHENTICATED || this.#tokenOf === undefined) return result;
      const next = await this.#tokenOf(token);
      return next === token ? result : await this.#attempt(request, next);
    } catch (error) {
      return { error: errorFrom(error), response: undefined };
    }
  }

  async #attempt(request: PreparedRequest, token: string | undefined): Promise<RestResult<unknown>> {
    const answer = await this.#send(request, token);
    if (answer === undefined) return { error: new RidelineError('UNAVAILABLE'), response: undefined };
    const { response, content } = answer;
    if (response.ok || response.status === NOT_MODIFIED) return { data: content, response };
    return { error: this.#errorOf(response, content), response };
  }

  /** An answer that is not one of our problems comes from a proxy, and is taken for an unreachable server. */
  #errorOf(response: Response, content: unknown): RidelineError {
    const asked = retryAfterMs(response.headers.get('retry-after'), this.#clock.wallMs());
    const problem = codeOf(content) === undefined ? {} : (content as object);
    return errorFrom({
      status: response.status,
      ...(asked === undefined ? {} : { retryAfterMs: asked }),
      ...problem,
    });
  }

  /** @returns undefined when there was no answer, or not all of it, in time */
  async #send(request: PreparedRequest, token: string | undefined): Promise<Answer | undefined> {
    const { url, method, headers, body, signal } = request;
    const controller = new AbortController();
    const abort = () => controller.abort();
    signal?.addEventListener('abort', abort);
    const run = this.#options.fetch ?? fetch;
    const work = Promise.resolve().then(() =>
      run(url, {
        method,
        headers: token === undefined ? headers : { ...headers, Authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body }),
        signal: controller.signal,
      }).then(readAnswer),
    );
    try {
      return await within(this.#clock, ATTEMPT_MS, work);
    } catch {
      // Without the cause: some platforms put the whole request into it, with the token and the places in the query.
      abort();
      return undefined;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }
}

/** All that the attempts of a call have in common. */
interface PreparedRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly isRepeatable: boolean;
}

function prepared(url: string, method: string, path: string, init: AnyCall): PreparedRequest {
  const { params, idempotencyKey } = init;
  const headers: Record<string, string> = { ...init.headers };
  for (const [name, value] of Object.entries(params?.header ?? {}))
    if (value !== undefined) headers[name] = String(value);
  if (idempotencyKey !== undefined) headers['Idempotency-Key'] = idempotencyKey;
  if (init.body !== undefined) headers['Content-Type'] = 'application/json';
  return {
    url: url.replace(/\/$/, '') + addressOf(path, params?.path, params?.query),
    method,
    headers,
    body: init.body === undefined ? undefined : JSON.stringify(init.body),
    signal: init.signal,
    isRepeatable: isRepeatable(method, headers['Idempotency-Key']),
  };
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  if (text === '') return { response, content: undefined };
  return { response, content: isJson ? (JSON.parse(text) as unknown) : text };
}

/** @throws the signal's reason, as soon as it is aborted */
function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(reasonOf(signal));
    signal.addEventListener('abort', stop);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** React Native's signals have no reason. */
function reasonOf(signal: AbortSignal): unknown {
  return signal.reason ?? new RidelineError('TIMEOUT', { message: 'The app has ended the call.' });
}
