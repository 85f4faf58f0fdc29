/** Returns a token: called before the first connection, and with the refused token after a refusal. */
export type TokenFunction = (refused?: string) => Promise<string>;

/** A session that refreshes its token by itself (session.ts) and reports each new one. */
export interface TokenKeeper {
  token: TokenFunction;
  /** Returns the function that removes the listener. */
  onToken(listener: (token: string) => void): () => void;
}

/** A fixed token, a function that returns a fresh one, or a session. */
export type TokenSource = string | TokenFunction | TokenKeeper;

export function tokenFunctionOf(source: TokenSource): TokenFunction {
  if (typeof source === 'string') return async () => source;
  return typeof source === 'function' ? source : (refused) => source.token(refused);
}
