import { CodedError, emptySchema, type Role, type SignedIn, signedInSchema } from '@rideline/contract';
import { call } from '../api/http.ts';
import type { PageStorage } from '../page/page-storage.ts';

export interface Session {
  readonly token: string;
  /** When the token expires, by this browser's clock. */
  readonly expiresAtMs: number;
  readonly refreshToken: string;
  readonly refreshExpiresAtMs: number;
  readonly id: string;
  readonly role: Role;
}

const KEY = 'rideline.session';

/** A session from the API's response. `nowMs` is this browser's clock, which may be wrong: the token's lifetime counts from it. */
export function sessionOf(answer: SignedIn, nowMs: number): Session {
  const { token, refreshToken, id, role } = answer;
  return {
    token,
    expiresAtMs: nowMs + answer.expiresIn * 1000,
    refreshToken,
    refreshExpiresAtMs: Date.parse(answer.refreshExpiresAt),
    id,
    role,
  };
}

/**
 * @throws CodedError: UNAUTHENTICATED for a wrong name or password, FORBIDDEN when the account is no operator or admin
 */
export async function signIn(name: string, password: string): Promise<Session> {
  const answer = await call('/v1/sign-in', signedInSchema, { body: { name, password } });
  if (answer.role !== 'operator' && answer.role !== 'admin')
    throw new CodedError('FORBIDDEN', `This account has the role ${answer.role}. The page is for operators.`);
  return sessionOf(answer, Date.now());
}

/** Exchanges the refresh token, which is valid once, for the next tokens. @throws CodedError */
export async function nextSession({ refreshToken }: Session): Promise<Session> {
  return sessionOf(await call('/v1/token', signedInSchema, { body: { refreshToken } }), Date.now());
}

/** Ends the session on the server. @throws CodedError */
export async function endSession({ refreshToken }: Session): Promise<void> {
  await call('/v1/sign-out', emptySchema, { body: { refreshToken } });
}

/** The session of this tab, null when there is none or it has expired. sessionStorage is discarded with the tab. */
export function loadSession(storage: PageStorage, nowMs: number): Session | null {
  const text = storage.getItem(KEY);
  if (text === null) return null;
  try {
    const session = JSON.parse(text) as Session;
    const isWhole = typeof session.token === 'string' && typeof session.refreshToken === 'string';
    return isWhole && session.refreshExpiresAtMs > nowMs ? session : null;
  } catch {
    // Written by another version of the page: the next sign-in overwrites it.
    storage.removeItem(KEY);
    return null;
  }
}

export function saveSession(storage: PageStorage, session: Session | null): void {
  if (session === null) storage.removeItem(KEY);
  else storage.setItem(KEY, JSON.stringify(session));
}
