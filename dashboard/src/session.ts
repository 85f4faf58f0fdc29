import { CodedError, type Role, roleSchema, signedInSchema } from '@rideline/contract';
import { call } from './http.ts';

export interface Session {
  readonly token: string;
  readonly expiresAtMs: number;
  readonly id: string;
  readonly role: Role;
}

const KEY = 'rideline.session';

/**
 * @throws CodedError: UNAUTHENTICATED for a wrong name or password, FORBIDDEN when the account is not an operator's
 */
export async function signIn(name: string, password: string): Promise<Session> {
  const answer = await call('/v1/sign-in', signedInSchema, { body: { name, password } });
  const role = roleSchema.safeParse(answer.role);
  if (!role.success || (role.data !== 'operator' && role.data !== 'admin')) {
    throw new CodedError('FORBIDDEN', `This account is a ${answer.role}'s. The page is for operators.`);
  }
  return { token: answer.token, expiresAtMs: Date.parse(answer.expiresAt), id: answer.id, role: role.data };
}

/** The session of this tab, null when there is none or it has run out. sessionStorage: gone with the tab. */
export function heldSession(storage: Storage, nowMs: number): Session | null {
  const text = storage.getItem(KEY);
  if (text === null) return null;
  try {
    const session = JSON.parse(text) as Session;
    return session.expiresAtMs > nowMs && typeof session.token === 'string' ? session : null;
  } catch {
    // Written by another version of the page: signing in again writes it anew.
    storage.removeItem(KEY);
    return null;
  }
}

export function holdSession(storage: Storage, session: Session | null): void {
  if (session === null) storage.removeItem(KEY);
  else storage.setItem(KEY, JSON.stringify(session));
}
