/** Asked for a token: before the first connection, and after one was refused, which it is told then. */
export type TokenFunction = (refused?: string) => Promise<string>;

/** A session that refreshes its token by itself (session.ts), and tells each new one. */
export interface TokenKeeper {
  token: TokenFunction;
  /** Answers the function that takes the listener off again. */
  onToken(listener: (token: string) => void): () => void;
}

/** A fixed token, where to get a fresh one, or a session. */
export type TokenSource = string | TokenFunction | TokenKeeper;

export function tokenFunctionOf(source: TokenSource): TokenFunction {
  if (typeof source === 'string') return async () => source;
  return typeof source === 'function' ? source : (refused) => source.token(refused);
}
