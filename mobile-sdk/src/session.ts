import {
  CodedError,
  ERRORS,
  type ErrorCode,
  problemSchema,
  type SignedIn,
  signedInSchema,
} from '@rideline/contract';
import { deviceClock, type SdkClock } from './clock.ts';
import { Timer } from './timer.ts';
import type { TokenKeeper } from './token-source.ts';
import { reportListenerError } from './typed-events.ts';

export interface SessionOptions {
  /** Address of the front port. */
  url: string;
  /** Of the last answer: from signing in, or from where the device keeps its secrets. */
  refreshToken: string;
  /**
   * Keep it where the device keeps its secrets (Keychain, Keystore): the one before is used up. The new access token is given out only
   * after this has resolved, so that an app that is killed in between has one of the two.
   */
  onRefreshToken: (refreshToken: string) => void | Promise<void>;
  /** The session is over (signed out elsewhere, revoked, too old): sign in again. Told once. */
  onEnded?: (code: ErrorCode) => void;
  clock?: SdkClock;
  fetch?: typeof fetch;
  /** Where errors of the app's own callbacks go; by default the host's uncaught-error handler. */
  onListenerError?: (error: unknown) => void;
}

/** What a call may carry; a body is text, so that it can be sent again. */
export interface CallInit {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

/** One attempt, ms. Two of them and the pause fit into the ten seconds in which the server forgives a lost answer (decision 0101). */
const ATTEMPT_MS = 4000;
const PAUSE_MS = 500;
/** A token with less left is not given out any more. */
const LEAST_LEFT_MS = 30_000;
/** Refreshed when this share of its life is over, up to a tenth sooner: a city's phones must not come at one moment. */
const REFRESH_AT = 0.7;
const SPREAD = 0.1;
const AGAIN_MS = 10_000;
const UNAUTHENTICATED = 401;

/** A signed-in user's tokens: refreshed before they end, for sockets (`createDriver({token: session})`) and for calls. */
export class Session implements TokenKeeper {
  private readonly options: SessionOptions;
  private readonly clock: SdkClock;
  private readonly timer: Timer;
  private readonly listeners = new Set<(token: string) => void>();
  private refreshToken: string;
  private held: { token: string; untilMs: number } | undefined;
  private refreshing: Promise<void> | undefined;
  private endedBy: ErrorCode | undefined;

  /** `first`: an access token that came with the refresh token; its life by the monotonic clock. */
  constructor(options: SessionOptions, first?: { token: string; untilMs: number }) {
    this.options = options;
    this.clock = options.clock ?? deviceClock;
    this.timer = new Timer(this.clock);
    this.refreshToken = options.refreshToken;
    this.held = first;
  }

  /**
   * An access token that is good now.
   * @throws CodedError TOKEN_REVOKED or TOKEN_INVALID when the session is over, UNAVAILABLE when nobody answers and there is none
   */
  async token(refused?: string): Promise<string> {
    const isGood =
      this.held !== undefined &&
      this.held.token !== refused &&
      this.held.untilMs - this.clock.monotonicMs() > LEAST_LEFT_MS;
    if (!isGood) await this.refresh();
    if (this.held === undefined) throw new CodedError('UNAVAILABLE');
    return this.held.token;
  }

  /** Each new access token, from now on: while somebody listens it is refreshed ahead of its end. */
  onToken(listener: (token: string) => void): () => void {
    this.listeners.add(listener);
    this.plan();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.timer.clear();
    };
  }

  /** `fetch` with the token; once more with the next one when this one was refused. `path` begins with a slash. */
  async fetch(path: string, init: CallInit = {}): Promise<Response> {
    const token = await this.token();
    const response = await this.send(path, init, token);
    if (response.status !== UNAUTHENTICATED) return response;
    const next = await this.token(token);
    return next === token ? response : this.send(path, init, next);
  }

  /** Ends the session at the server; at the device it is over in any case. @throws CodedError UNAVAILABLE: not ended at the server yet */
  async signOut(): Promise<void> {
    this.end(undefined);
    const response = await this.post('/v1/sign-out', { refreshToken: this.refreshToken });
    if (!response.ok) throw await refusalOf(response);
  }

  private send(path: string, init: CallInit, token: string): Promise<Response> {
    const run = this.options.fetch ?? fetch;
    const headers = { ...init.headers, Authorization: `Bearer ${token}` };
    return run(this.options.url + path, { ...init, headers });
  }

  private refresh(): Promise<void> {
    this.refreshing ??= this.refreshOnce().finally(() => {
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  private async refreshOnce(): Promise<void> {
    if (this.endedBy !== undefined) throw new CodedError(this.endedBy);
    const startedMs = this.clock.monotonicMs();
    const response = await this.askTwice();
    if (!response.ok) throw await this.refused(response);
    const answer = await readSignedIn(response);
    this.refreshToken = answer.refreshToken;
    await this.options.onRefreshToken(answer.refreshToken);
    if (this.endedBy !== undefined) throw new CodedError(this.endedBy);
    // Its life began on the way: by the time at which it was asked for it is never thought longer.
    this.held = { token: answer.token, untilMs: startedMs + answer.expiresIn * 1000 };
    this.plan();
    for (const listener of this.listeners) this.tell(() => listener(answer.token));
  }

  private async refused(response: Response): Promise<CodedError> {
    const error = await refusalOf(response);
    if (ERRORS[error.code].retry === 'reauthenticate') this.end(error.code);
    return error;
  }

  /** A lost answer is asked for again at once: the same token gives the same answer for a few seconds. */
  private async askTwice(): Promise<Response> {
    const body = { refreshToken: this.refreshToken };
    // A post fails in one way only, and the second one says so if it still does.
    const first = await this.post('/v1/token', body).catch(() => undefined);
    if (first !== undefined && first.status < 500) return first;
    await new Promise<void>((resolve) => this.clock.after(PAUSE_MS, resolve));
    return this.post('/v1/token', body);
  }

  /** @throws CodedError UNAVAILABLE; nothing of the request is in it */
  private async post(path: string, body: object): Promise<Response> {
    return postJson(this.options, this.clock, path, body);
  }

  private plan(): void {
    if (this.listeners.size === 0 || this.held === undefined || this.endedBy !== undefined) return;
    const leftMs = this.held.untilMs - this.clock.monotonicMs();
    const share = 1 - REFRESH_AT + SPREAD * this.clock.random();
    this.timer.set(leftMs * (1 - share), () => void this.refreshAhead());
  }

  private async refreshAhead(): Promise<void> {
    try {
      await this.refresh();
    } catch {
      // The app is told by `onEnded`, or the next one who needs a token; while it lasts the old one is used.
      if (this.endedBy === undefined) this.timer.set(AGAIN_MS, () => void this.refreshAhead());
    }
  }

  private end(code: ErrorCode | undefined): void {
    if (this.endedBy !== undefined) return;
    this.endedBy = code ?? 'TOKEN_REVOKED';
    this.held = undefined;
    this.timer.clear();
    const { onEnded } = this.options;
    if (code !== undefined && onEnded !== undefined) this.tell(() => onEnded(code));
  }

  /** An app's faulty callback must not break the session. */
  private tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      (this.options.onListenerError ?? reportListenerError)(error);
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
    // Without its cause: some platforms put the whole request into it, and the request is a secret.
    throw new CodedError('UNAVAILABLE');
  } finally {
    cancel();
  }
}

async function refusalOf(response: Response): Promise<CodedError> {
  // A proxy on the way answers with a page, or cuts the body off: that is no problem of ours, so nobody was reached.
  const problem = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (!problem.success) return new CodedError('UNAVAILABLE');
  const { code, detail, retryAfterMs } = problem.data;
  return new CodedError(code, detail, retryAfterMs === undefined ? {} : { retryAfterMs });
}

async function readSignedIn(response: Response): Promise<SignedIn> {
  // Neither JSON's complaint nor the schema's is passed on: one could quote the token, and an answer of another form is the server's business.
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
  who:
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
    'role' in who ? ['/v1/accounts', who] : ['/v1/sign-in', { name: who.login, password: who.password }];
  const clock = options.clock ?? deviceClock;
  const startedMs = clock.monotonicMs();
  const response = await postJson(options, clock, path, body);
  if (!response.ok) throw await refusalOf(response);
  const answer = await readSignedIn(response);
  await options.onRefreshToken(answer.refreshToken);
  const { token, refreshToken, expiresIn } = answer;
  return new Session({ ...options, refreshToken }, { token, untilMs: startedMs + expiresIn * 1000 });
}
