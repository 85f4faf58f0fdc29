import type { SdkClock } from '../time/clock.ts';
import { within } from '../time/within.ts';
import { type Lifetime, lifetimeOf } from './token-lifetime.ts';

/**
 * Returns a token. Called before a connection or call when there is no token yet; and with the token to replace when that has expired, expires
 * within a minute or was refused: then return another one. Users of the same function wait for one call.
 * @throws anything: the SDK calls again later. An error whose `code` is TOKEN_REVOKED, TOKEN_INVALID, TOKEN_EXPIRED or UNAUTHENTICATED says
 * that there is no other token, and the person has to sign in
 */
export type TokenFunction = (replaced?: string) => Promise<string>;

/** A session that refreshes its token by itself (session.ts) and reports each new one. */
export interface TokenKeeper {
  token: TokenFunction;
  /** Returns the function that removes the listener. */
  onToken(listener: (token: string) => void): () => void;
}

/** A fixed token, a function that returns a fresh one, or a session. */
export type TokenSource = string | TokenFunction | TokenKeeper;

/** How long an app's token function may take, ms; the next attempt calls it again. One that never answers must not hold up all later attempts. */
const TOKEN_TIMEOUT_MS = 15_000;

/**
 * Users of one function share its tokens, so that two clients that reconnect together cause one refresh. Those from before the newest user are
 * forgotten: an app has one function for whoever is signed in, and the client of the next person must not act as the one before.
 */
const tokensByFunction = new WeakMap<TokenFunction, FunctionTokens>();

/** The token to dial or call with, looked at each time: see `TokenFunction`. A session looks at its own tokens. */
export function tokenFunctionOf(source: TokenSource, clock: SdkClock): TokenFunction {
  if (typeof source === 'string') return async () => source;
  if (typeof source === 'object') return (refused) => source.token(refused);
  const tokens = tokensByFunction.get(source) ?? new FunctionTokens(source);
  tokensByFunction.set(source, tokens);
  tokens.forget();
  return (refused) => tokens.take(refused, clock);
}

/** The current token of a function: kept while it is valid, and asked for once by all who need another. */
class FunctionTokens {
  readonly #ask: TokenFunction;
  #held: { readonly token: string; readonly lifetime: Lifetime } | undefined;
  #asking: Promise<string> | undefined;
  /** Raised by `forget`: what was asked for before is not kept. */
  #turn = 0;

  constructor(ask: TokenFunction) {
    this.#ask = ask;
  }

  forget(): void {
    this.#turn++;
    this.#held = undefined;
    this.#asking = undefined;
  }

  async take(refused: string | undefined, clock: SdkClock): Promise<string> {
    const held = this.#held?.token === refused ? undefined : this.#held;
    if (held !== undefined && held.lifetime.leftMs() > 0) return held.token;
    const turn = this.#turn;
    this.#asking ??= this.#fetch(refused ?? held?.token, clock).finally(() => {
      if (turn === this.#turn) this.#asking = undefined;
    });
    try {
      return await this.#asking;
    } catch (error) {
      // A token that is about to expire is better than none.
      if (held === undefined || held.lifetime.isOver()) throw error;
      return held.token;
    }
  }

  async #fetch(refused: string | undefined, clock: SdkClock): Promise<string> {
    const turn = this.#turn;
    let token = await this.#call(refused, clock);
    let lifetime = lifetimeOf(clock, token);
    if (lifetime.leftMs() <= 0) {
      // The app's cache holds an expired token, or this phone's clock is ahead: the second answer is taken as it is.
      token = await this.#call(token, clock).catch(() => token);
      lifetime = lifetimeOf(clock, token);
      if (lifetime.leftMs() <= 0) lifetime = lifetimeOf(clock, token, true);
    }
    if (turn === this.#turn) this.#held = { token, lifetime };
    return token;
  }

  #call(refused: string | undefined, clock: SdkClock): Promise<string> {
    // A function may also throw before it returns a promise.
    const answer = Promise.resolve().then(() => this.#ask(refused));
    return within(clock, TOKEN_TIMEOUT_MS, answer);
  }
}
