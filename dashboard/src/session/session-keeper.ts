import { CodedError, ERRORS, type ErrorCode } from '@rideline/contract';
import type { TokenSource } from '../api/http.ts';
import type { Session } from './session.ts';

/** Keeps a session's token fresh for as long as the page is open. */
export interface SessionKeeper {
  /** A token with some life in it; the current one when it cannot be refreshed now. Never rejects. */
  readonly token: TokenSource;
  /** The session as it is now. */
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
  /** The session has new tokens: to be stored, and shown to what holds the old one. */
  readonly onRenewed: (session: Session) => void;
  /** The server has ended it. */
  readonly onEnded: (code: ErrorCode) => void;
  /** Tells the copies of this tab: a duplicated tab has the same session, whose refresh token is good once. */
  readonly channel?: Pick<BroadcastChannel, 'postMessage' | 'close' | 'onmessage'> | undefined;
}

/** A token with less left is refreshed before it is used. */
const LEAST_LEFT_MS = 30_000;
/** Refreshed this long before its end, and up to as much sooner, so that copies of a tab don't do it at one moment. */
const AHEAD_MS = 5 * 60_000;
const SPREAD_MS = 2 * 60_000;
const RETRY_MS = 10_000;

const sessionIdOf = ({ refreshToken }: Session) => refreshToken.split('.')[0];

export function keepSession(parts: KeeperParts): SessionKeeper {
  const { nowMs, channel } = parts;
  let session = parts.first;
  let refreshing: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  const plan = (delayMs = session.expiresAtMs - nowMs() - AHEAD_MS - SPREAD_MS * parts.random()) => {
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
    const asked = session;
    try {
      const next = await parts.next(asked);
      if (stopped || session !== asked) return;
      take(next);
      channel?.postMessage(next);
    } catch (error) {
      const code = error instanceof CodedError ? error.code : 'INTERNAL';
      // Another tab was faster and has told us.
      if (stopped || session !== asked) return;
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
      const isOld = session.expiresAtMs - nowMs() < LEAST_LEFT_MS;
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
