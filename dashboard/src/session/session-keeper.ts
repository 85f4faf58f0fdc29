import { CodedError, ERRORS, type ErrorCode } from '@rideline/contract';
import type { TokenSource } from '../api/http.ts';
import type { Session } from './session.ts';

/** Keeps a session's token fresh while the page is open. */
export interface SessionKeeper {
  /** A token valid for at least 30 s more; the current one when it cannot be refreshed now. Never rejects. */
  readonly token: TokenSource;
  /** The current session. */
  current(): Session;
  stop(): void;
}

export interface KeeperParts {
  readonly first: Session;
  /** @throws CodedError */
  readonly next: (session: Session) => Promise<Session>;
  readonly nowMs: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** The session has new tokens: store them, and pass the token to open connections. */
  readonly onRenewed: (session: Session) => void;
  /** The server has ended the session. */
  readonly onEnded: (code: ErrorCode) => void;
  /** Shares new tokens with copies of this tab: a duplicated tab has the same session, whose refresh token is valid once. */
  readonly channel?: Pick<BroadcastChannel, 'postMessage' | 'close' | 'onmessage'> | undefined;
}

/** A token that expires sooner is refreshed before it is used. */
const MIN_REMAINING_MS = 30_000;
/** A token is refreshed this long before it expires, and up to REFRESH_SPREAD_MS sooner, so that copies of a tab do not refresh at the same moment. */
const REFRESH_AHEAD_MS = 5 * 60_000;
const REFRESH_SPREAD_MS = 2 * 60_000;
const RETRY_MS = 10_000;

const sessionIdOf = ({ refreshToken }: Session) => refreshToken.split('.')[0];

export function keepSession(parts: KeeperParts): SessionKeeper {
  const { nowMs, channel } = parts;
  let session = parts.first;
  let refreshing: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  const plan = (
    delayMs = session.expiresAtMs - nowMs() - REFRESH_AHEAD_MS - REFRESH_SPREAD_MS * parts.random(),
  ) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void refresh(), Math.max(0, delayMs));
  };
  const take = (next: Session) => {
    session = next;
    parts.onRenewed(next);
    plan();
  };
  const refresh = (): Promise<void> => {
    refreshing ??= refreshOnce().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };
  async function refreshOnce(): Promise<void> {
    const refreshed = session;
    try {
      const next = await parts.next(refreshed);
      if (stopped || session !== refreshed) return;
      take(next);
      channel?.postMessage(next);
    } catch (error) {
      const code = error instanceof CodedError ? error.code : 'INTERNAL';
      // A copy of this tab has refreshed first and shared its tokens.
      if (stopped || session !== refreshed) return;
      if (ERRORS[code].retry === 'reauthenticate') parts.onEnded(code);
      else plan(RETRY_MS);
    }
  }

  if (channel) {
    channel.onmessage = ({ data }: MessageEvent) => {
      const theirs = data as Session;
      if (sessionIdOf(theirs) === sessionIdOf(session) && theirs.expiresAtMs > session.expiresAtMs)
        take(theirs);
    };
  }
  plan();
  return {
    async token(refused) {
      const isOld = session.expiresAtMs - nowMs() < MIN_REMAINING_MS;
      if (isOld || refused === session.token) await refresh();
      return session.token;
    },
    current: () => session,
    stop() {
      stopped = true;
      clearTimeout(timer);
      channel?.close();
    },
  };
}
