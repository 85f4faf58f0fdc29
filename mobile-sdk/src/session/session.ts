import {
  CodedError,
  ERRORS,
  type ErrorCode,
  problemSchema,
  type SignedIn,
  signedInSchema,
} from '@rideline/contract';
import { deviceClock, type SdkClock } from '../time/clock.ts';
import { Timer } from '../time/timer.ts';
import { reportListenerError } from '../typed-events.ts';
import type { TokenKeeper } from './token-source.ts';

export interface SessionOptions {
  /** URL of the front port. */
  url: string;
  /** The newest refresh token: from signing in, or from the device's secure storage. */
  refreshToken: string;
  /**
   * Store it in the device's secure storage (Keychain, Keystore): the previous one is no longer valid. The new access token is handed out only
   * after this has resolved, so that an app that is killed in between still has a usable refresh token.
   */
  onRefreshToken: (refreshToken: string) => void | Promise<void>;
  /** The session is over (signed out elsewhere, revoked, too old): sign in again. Called once. */
  onEnded?: (code: ErrorCode) => void;
  clock?: SdkClock;
  fetch?: typeof fetch;
  /** Receives errors of the app's own callbacks; by default the host's uncaught-error handler does. */
  onListenerError?: (error: unknown) => void;
}

/** Options of a call. The body is text, so that it can be sent again. */
export interface CallInit {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

/** Time limit of one attempt, ms. Two attempts and the pause fit into the server's grace period of 10 s for a lost answer (docs/decisions/0101-refresh-token-reuse-grace.md). */
const ATTEMPT_MS = 4000;
const PAUSE_MS = 500;
/** A token that expires sooner is not handed out. */
const MIN_LEFT_MS = 30_000;
/** A token is refreshed after this share of its lifetime, up to a tenth sooner at random, so that phones do not refresh all at once. */
const REFRESH_AT = 0.7;
const SPREAD = 0.1;
const RETRY_MS = 10_000;
const UNAUTHENTICATED = 401;

/** A signed-in user's tokens, refreshed before they expire, for sockets (`createDriver({token: session})`) and REST calls. */
export class Session implements TokenKeeper {
  readonly #options: SessionOptions;
  readonly #clock: SdkClock;
  readonly #timer: Timer;
  readonly #listeners = new Set<(token: string) => void>();
  #refreshToken: string;
  #held: { token: string; untilMs: number } | undefined;
  #refreshing: Promise<void> | undefined;
  #endedBy: ErrorCode | undefined;

  /** `first`: an access token that arrived with the refresh token; `untilMs` is on the monotonic clock. */
  constructor(options: SessionOptions, first?: { token: string; untilMs: number }) {
    this.#options = options;
    this.#clock = options.clock ?? deviceClock;
    this.#timer = new Timer(this.#clock);
    this.#refreshToken = options.refreshToken;
    this.#held = first;
  }

  /**
   * A currently valid access token.
   * @throws CodedError TOKEN_REVOKED or TOKEN_INVALID when the session is over, UNAVAILABLE when no server answers and there is no valid token
   */
  async token(refused?: string): Promise<string> {
    const isValid =
      this.#held !== undefined &&
      this.#held.token !== refused &&
      this.#held.untilMs - this.#clock.monotonicMs() > MIN_LEFT_MS;
    if (!isValid) await this.#refresh();
    if (this.#held === undefined) throw new CodedError('UNAVAILABLE');
    return this.#held.token;
  }

  /** Reports each new access token from now on. While there is a listener, the token is refreshed before it expires. */
  onToken(listener: (token: string) => void): () => void {
    this.#listeners.add(listener);
    this.#schedule();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#timer.clear();
    };
  }

  /** `fetch` with the token, repeated once with the next token when this one is refused. `path` begins with a slash. */
  async fetch(path: string, init: CallInit = {}): Promise<Response> {
    const token = await this.token();
    const response = await this.#send(path, init, token);
    if (response.status !== UNAUTHENTICATED) return response;
    const next = await this.token(token);
    return next === token ? response : this.#send(path, init, next);
  }

  /** Ends the session here and at the server. @throws CodedError UNAVAILABLE: it is ended here, but not at the server yet */
  async signOut(): Promise<void> {
    this.#end(undefined);
    const response = await this.#post('/v1/sign-out', { refreshToken: this.#refreshToken });
    if (!response.ok) throw await refusalOf(response);
  }

  #send(path: string, init: CallInit, token: string): Promise<Response> {
    const run = this.#options.fetch ?? fetch;
    const headers = { ...init.headers, Authorization: `Bearer ${token}` };
    return run(this.#options.url + path, { ...init, headers });
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshOnce().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refreshOnce(): Promise<void> {
    if (this.#endedBy !== undefined) throw new CodedError(this.#endedBy);
    const startedMs = this.#clock.monotonicMs();
    const response = await this.#requestTwice();
    if (!response.ok) throw await this.#refused(response);
    const answer = await readSignedIn(response);
    this.#refreshToken = answer.refreshToken;
    await this.#options.onRefreshToken(answer.refreshToken);
    if (this.#endedBy !== undefined) throw new CodedError(this.#endedBy);
    // Its lifetime began in transit: counted from the request, it is never overestimated.
    this.#held = { token: answer.token, untilMs: startedMs + answer.expiresIn * 1000 };
    this.#schedule();
    for (const listener of this.#listeners) this.#notify(() => listener(answer.token));
  }

  async #refused(response: Response): Promise<CodedError> {
    const error = await refusalOf(response);
    if (ERRORS[error.code].retry === 'reauthenticate') this.#end(error.code);
    return error;
  }

  /** Repeats a request without an answer at once: the same refresh token gives the same answer for a few seconds. */
  async #requestTwice(): Promise<Response> {
    const body = { refreshToken: this.#refreshToken };
    // A failure of the first attempt is ignored: the second attempt fails in the same way if the cause persists.
    const first = await this.#post('/v1/token', body).catch(() => undefined);
    if (first !== undefined && first.status < 500) return first;
    await new Promise<void>((resolve) => this.#clock.after(PAUSE_MS, resolve));
    return this.#post('/v1/token', body);
  }

  /** @throws CodedError UNAVAILABLE, which contains nothing of the request */
  async #post(path: string, body: object): Promise<Response> {
    return postJson(this.#options, this.#clock, path, body);
  }

  #schedule(): void {
    if (this.#listeners.size === 0 || this.#held === undefined || this.#endedBy !== undefined) return;
    const leftMs = this.#held.untilMs - this.#clock.monotonicMs();
    const share = 1 - REFRESH_AT + SPREAD * this.#clock.random();
    this.#timer.set(leftMs * (1 - share), () => void this.#refreshAhead());
  }

  async #refreshAhead(): Promise<void> {
    try {
      await this.#refresh();
    } catch {
      // `onEnded` or the next call of `token` reports the failure; until it expires the current token is used.
      if (this.#endedBy === undefined) this.#timer.set(RETRY_MS, () => void this.#refreshAhead());
    }
  }

  #end(code: ErrorCode | undefined): void {
    if (this.#endedBy !== undefined) return;
    this.#endedBy = code ?? 'TOKEN_REVOKED';
    this.#held = undefined;
    this.#timer.clear();
    const { onEnded } = this.#options;
    if (code !== undefined && onEnded !== undefined) this.#notify(() => onEnded(code));
  }

  /** An error in the app's callback must not break the session. */
  #notify(call: () => void): void {
    try {
      call();
    } catch (error) {
      (this.#options.onListenerError ?? reportListenerError)(error);
    }
  }
}

type Transport = Pick<SessionOptions, 'url' | 'fetch'>;

async function postJson(
  { url, fetch: run = fetch }: Transport,
  clock: SdkClock,
  path: string,
  body: object,
): Promise<Response> {
  const controller = new AbortController();
  const cancel = clock.after(ATTEMPT_MS, () => controller.abort());
  try {
    return await run(url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: controller.signal,
    });
  } catch {
    // Without the cause: some platforms put the whole request into it, and the request contains a secret.
    throw new CodedError('UNAVAILABLE');
  } finally {
    cancel();
  }
}

async function refusalOf(response: Response): Promise<CodedError> {
  // An answer that is not one of our problems comes from a proxy: treat it as an unreachable server.
  const problem = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (!problem.success) return new CodedError('UNAVAILABLE');
  const { code, detail, retryAfterMs } = problem.data;
  return new CodedError(code, detail, retryAfterMs === undefined ? {} : { retryAfterMs });
}

async function readSignedIn(response: Response): Promise<SignedIn> {
  // The errors of JSON and of the schema are not passed on: they could quote the token.
  const parsed = signedInSchema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new CodedError('INTERNAL');
  return parsed.data;
}

/**
 * Signs in with a login and a password, or registers with `POST /v1/accounts`' body.
 * @throws CodedError UNAUTHENTICATED, FORBIDDEN, CONFLICT, VALIDATION, SCALE_003, SHED, UNAVAILABLE
 */
export async function openSession(
  options: Omit<SessionOptions, 'refreshToken'>,
  account:
    | { login: string; password: string }
    | {
        login: string;
        password: string;
        name: string;
        role: 'rider' | 'driver';
        vehicle?: { description: string; plate: string };
      },
): Promise<Session> {
  const [path, body] =
    'role' in account
      ? ['/v1/accounts', account]
      : ['/v1/sign-in', { name: account.login, password: account.password }];
  const clock = options.clock ?? deviceClock;
  const startedMs = clock.monotonicMs();
  const response = await postJson(options, clock, path, body);
  if (!response.ok) throw await refusalOf(response);
  const answer = await readSignedIn(response);
  await options.onRefreshToken(answer.refreshToken);
  const { token, refreshToken, expiresIn } = answer;
  return new Session({ ...options, refreshToken }, { token, untilMs: startedMs + expiresIn * 1000 });
}
