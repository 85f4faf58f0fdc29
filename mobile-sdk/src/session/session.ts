import type { ErrorCode, SignedIn } from '@rideline/contract';
import type { LogHandler } from '../diagnostics/log-events.ts';
import { Recorder } from '../diagnostics/recorder.ts';
import { codeOf, errorFrom, RidelineError } from '../errors/rideline-error.ts';
import { deviceClock, type SdkClock } from '../time/clock.ts';
import { startElapsed } from '../time/elapsed.ts';
import { Timer } from '../time/timer.ts';
import { within } from '../time/within.ts';
import { reportListenerError } from '../typed-events.ts';
import { type Lifetime, startLifetime } from './token-lifetime.ts';
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
  /**
   * The token that `onRefreshToken` stored last, read before each refresh. Needed where several windows or processes have the same session: each
   * token is valid once, and one that another window has used already ends the session.
   */
  storedRefreshToken?: () => string | null | Promise<string | null>;
  /** The session is over (signed out elsewhere, revoked, too old): sign in again. Called once. */
  onEnded?: (code: ErrorCode) => void;
  /** What this device stores for the person: wiped when they sign out, before the server is asked. */
  storage?: WipedAtSignOut | readonly WipedAtSignOut[];
  clock?: SdkClock;
  fetch?: typeof fetch;
  /** Receives what the session does, for the app's log. No token is in it. */
  log?: LogHandler;
  /** Receives errors of the app's own callbacks; by default the host's uncaught-error handler does. */
  onListenerError?: (error: unknown) => void;
}

/** Storage of a person's fixes and commands. */
export interface WipedAtSignOut {
  /** Removes everything; what is written later is not kept either. */
  wipe(): Promise<void>;
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
/** How long the app may take to store a refresh token, ms: a storage that never answers must not hold up every later refresh. */
const STORE_MS = 10_000;
/** A token is refreshed after this share of the time that it is handed out for, up to a tenth sooner at random, so that phones do not refresh all at once. */
const REFRESH_AT = 0.7;
const SPREAD = 0.1;
const REFRESH_MIN_MS = 1000;
const RETRY_MS = 10_000;
const UNAUTHENTICATED = 401;

/** A signed-in user's tokens, refreshed before they expire, for sockets (`createDriver({token: session})`) and REST calls. */
export class Session implements TokenKeeper {
  readonly #options: SessionOptions;
  readonly #clock: SdkClock;
  readonly #timer: Timer;
  readonly #recorder: Recorder;
  readonly #listeners = new Set<(token: string) => void>();
  #refreshToken: string;
  #storedToken: string;
  #held: HeldToken | undefined;
  #refreshing: Promise<void> | undefined;
  #endedBy: ErrorCode | undefined;

  /** @param first an access token that arrived with the refresh token, `takenMs` after the request */
  constructor(
    options: SessionOptions,
    first?: { readonly token: string; readonly expiresIn: number; readonly takenMs: number },
  ) {
    this.#options = options;
    this.#clock = options.clock ?? deviceClock;
    this.#timer = new Timer(this.#clock);
    this.#recorder = new Recorder(this.#clock, options.log, options.onListenerError);
    this.#refreshToken = this.#storedToken = options.refreshToken;
    this.#held = first && heldToken(this.#clock, first, first.takenMs);
  }

  /**
   * A currently valid access token: the one that is held, unless it has expired, has less than a minute left or is the refused one. All
   * callers share one refresh.
   * @throws RidelineError TOKEN_REVOKED or TOKEN_INVALID when the session is over, UNAVAILABLE when no server answers and there is no valid
   * token
   */
  async token(refused?: string): Promise<string> {
    const held = this.#held?.token === refused ? undefined : this.#held;
    if (held !== undefined && held.lifetime.leftMs() > 0) return held.token;
    try {
      await this.#refresh();
    } catch (error) {
      // A token that is about to expire is better than none, unless the session is over.
      if (held === undefined || held.lifetime.isOver() || this.#endedBy !== undefined) throw error;
    }
    if (this.#held === undefined) throw new RidelineError('UNAVAILABLE');
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

  /**
   * Ends the session here and at the server, and wipes the person's storage on this device. Close the clients that use the session first.
   * @throws RidelineError INTERNAL: the storage could not be wiped; UNAVAILABLE: it is ended here, but not at the server yet
   */
  async signOut(): Promise<void> {
    this.#end(undefined);
    const wiped = await this.#wipe();
    // A refresh under way replaces the token that ends the session.
    await this.#refreshing?.catch(() => undefined);
    if (this.#options.storedRefreshToken !== undefined) await this.#readStored();
    const response = await this.#post('/v1/sign-out', { refreshToken: this.#refreshToken }).catch(errorFrom);
    if (wiped instanceof RidelineError) throw wiped;
    if (response instanceof RidelineError) throw response;
    if (!response.ok) throw refusalOf(response);
  }

  /** Wipes every store, also when one of them fails. */
  async #wipe(): Promise<RidelineError | undefined> {
    const { storage = [] } = this.#options;
    const stores = 'wipe' in storage ? [storage] : storage;
    const results = await Promise.allSettled(
      stores.map((store) => within(this.#clock, STORE_MS, store.wipe())),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed === undefined) return undefined;
    const message = 'The storage of this device could not be wiped.';
    const error = new RidelineError(codeOf(failed.reason) ?? 'INTERNAL', { message, cause: failed.reason });
    this.#recorder.log('storage.failed', { reason: 'wipe', code: error.code });
    return error;
  }

  #send(path: string, init: CallInit, token: string): Promise<Response> {
    const run = this.#options.fetch ?? fetch;
    const headers = { ...init.headers, Authorization: `Bearer ${token}` };
    return run(this.#options.url + path, { ...init, headers });
  }

  /**
   * One refresh for all callers, also when the device slept meanwhile: its answer may arrive on waking, and the same refresh token sent beside
   * it would look stolen to the server.
   */
  #refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshOnce().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refreshOnce(): Promise<void> {
    if (this.#endedBy !== undefined) throw new RidelineError(this.#endedBy);
    const elapsedMs = startElapsed(this.#clock);
    if (this.#options.storedRefreshToken !== undefined) await this.#readStored();
    const response = await this.#requestTwice();
    if (!response.ok) throw this.#refused(response);
    const answer = readSignedIn(response);
    this.#refreshToken = answer.refreshToken;
    // Signed out meanwhile: the app has removed its token from the device, and no other may follow.
    if (this.#endedBy !== undefined) throw new RidelineError(this.#endedBy);
    await storeRefreshToken(this.#options, this.#clock, answer.refreshToken);
    this.#storedToken = answer.refreshToken;
    if (this.#endedBy !== undefined) throw new RidelineError(this.#endedBy);
    this.#held = heldToken(this.#clock, answer, elapsedMs());
    this.#recorder.log('token.refreshed', {});
    this.#schedule();
    for (const listener of this.#listeners) this.#notify(() => listener(answer.token));
  }

  /** A storage that fails or never answers leaves the token that this session knows. */
  async #readStored(): Promise<void> {
    const reading = Promise.resolve().then(this.#options.storedRefreshToken);
    const stored = await within(this.#clock, STORE_MS, reading).catch(() => null);
    // What this session has replaced, and could not store, is used up. The part before the dot is the session's id: where somebody else has
    // signed in, this session stays its person's.
    if (typeof stored !== 'string' || stored === this.#storedToken) return;
    if (stored.split('.')[0] === this.#refreshToken.split('.')[0])
      this.#refreshToken = this.#storedToken = stored;
  }

  #refused(response: Answer): RidelineError {
    const error = refusalOf(response);
    this.#recorder.log('token.failed', { code: error.code });
    if (error.advice.action === 'sign_in') this.#end(error.code);
    return error;
  }

  /** Repeats a request without an answer at once: the same refresh token gives the same answer for a few seconds. */
  async #requestTwice(): Promise<Answer> {
    const body = { refreshToken: this.#refreshToken };
    // A failure of the first attempt is ignored: the second attempt fails in the same way if the cause persists.
    const first = await this.#post('/v1/token', body).catch(() => undefined);
    if (first !== undefined && (first.status < 500 || askedMs(refusalOf(first)) > 0)) return first;
    await new Promise<void>((resolve) => this.#clock.after(PAUSE_MS, resolve));
    return this.#post('/v1/token', body);
  }

  /** @throws RidelineError UNAVAILABLE, which contains nothing of the request */
  #post(path: string, body: object): Promise<Answer> {
    return postJson(this.#options, this.#clock, path, body);
  }

  #schedule(): void {
    if (this.#listeners.size === 0 || this.#held === undefined || this.#endedBy !== undefined) return;
    const share = REFRESH_AT - SPREAD * this.#clock.random();
    const waitMs = Math.max(REFRESH_MIN_MS, this.#held.lifetime.leftMs() * share);
    this.#timer.set(waitMs, () => void this.#refreshAhead());
  }

  async #refreshAhead(): Promise<void> {
    try {
      await this.#refresh();
    } catch (error) {
      // `onEnded` or the next call of `token` reports the failure; until it expires the current token is used.
      if (this.#endedBy !== undefined) return;
      // Up to a quarter later at random, so that phones that were refused together do not return together.
      const waitMs = Math.max(RETRY_MS, askedMs(error)) * (1 + this.#clock.random() / 4);
      this.#timer.set(waitMs, () => void this.#refreshAhead());
    }
  }

  #end(code: ErrorCode | undefined): void {
    if (this.#endedBy !== undefined) return;
    this.#endedBy = code ?? 'TOKEN_REVOKED';
    this.#held = undefined;
    this.#timer.clear();
    this.#recorder.log('session.ended', { code: this.#endedBy });
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

/** The time until a retry that the server asked for, ms; 0 without one. */
function askedMs(error: unknown): number {
  return errorFrom(error).details.retryAfterMs ?? 0;
}

interface HeldToken {
  readonly token: string;
  readonly lifetime: Lifetime;
}

/** @param takenMs since the request: the lifetime began in transit, and counted from the request it is never overestimated */
function heldToken(
  clock: SdkClock,
  { token, expiresIn }: Pick<SignedIn, 'token' | 'expiresIn'>,
  takenMs: number,
): HeldToken {
  const lifeMs = expiresIn * 1000;
  return { token, lifetime: startLifetime(clock, lifeMs, lifeMs - takenMs) };
}

/** @throws RidelineError INTERNAL or TIMEOUT: the app did not store the token */
async function storeRefreshToken(
  { onRefreshToken }: Pick<SessionOptions, 'onRefreshToken'>,
  clock: SdkClock,
  refreshToken: string,
): Promise<void> {
  const stored = Promise.resolve(refreshToken).then(onRefreshToken);
  await within(clock, STORE_MS, stored).catch((error: unknown) => {
    throw errorFrom(error, 'INTERNAL');
  });
}

type Transport = Pick<SessionOptions, 'url' | 'fetch'>;

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  /** undefined: no JSON. */
  readonly body: unknown;
}

/** The time limit holds to the last byte: a body that stalls would otherwise hold up every later refresh. */
async function postJson(
  { url, fetch: run = fetch }: Transport,
  clock: SdkClock,
  path: string,
  body: object,
): Promise<Answer> {
  const controller = new AbortController();
  const work = async () => {
    const response = await run(url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: controller.signal,
    });
    const { ok, status } = response;
    return { ok, status, body: (await response.json().catch(() => undefined)) as unknown };
  };
  try {
    return await within(clock, ATTEMPT_MS, work());
  } catch {
    controller.abort();
    // Without the cause: some platforms put the whole request into it, and the request contains a secret.
    throw new RidelineError('UNAVAILABLE');
  }
}

function refusalOf({ body }: Answer): RidelineError {
  // An answer that is not one of our problems comes from a proxy: treat it as an unreachable server.
  return codeOf(body) === undefined ? new RidelineError('UNAVAILABLE') : errorFrom(body);
}

function readSignedIn({ body: answer }: Answer): SignedIn {
  // Neither a parser's error nor a quotation of the answer is passed on: they could contain the token.
  if (!isSignedIn(answer)) throw new RidelineError('INTERNAL');
  return answer;
}

/** Checks what is used here: the full schema is the server's. */
function isSignedIn(answer: unknown): answer is SignedIn {
  if (typeof answer !== 'object' || answer === null) return false;
  const { token, refreshToken, expiresIn } = answer as Partial<SignedIn>;
  return typeof token === 'string' && typeof refreshToken === 'string' && Number(expiresIn) > 0;
}

/**
 * Signs in with a login and a password, or registers with `POST /v1/accounts`' body.
 * @throws RidelineError UNAUTHENTICATED, FORBIDDEN, CONFLICT, VALIDATION, SCALE_003, SHED, UNAVAILABLE
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
  const elapsedMs = startElapsed(clock);
  const response = await postJson(options, clock, path, body);
  if (!response.ok) throw refusalOf(response);
  const answer = readSignedIn(response);
  await storeRefreshToken(options, clock, answer.refreshToken);
  const { token, refreshToken, expiresIn } = answer;
  return new Session({ ...options, refreshToken }, { token, expiresIn, takenMs: elapsedMs() });
}
