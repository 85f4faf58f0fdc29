import {
  createRestClient,
  createSession,
  openSession,
  type RestClient,
  type Session,
} from '@rideline/sdk/rider';

export type AppRole = 'driver' | 'rider';

/** Who is signed in, and what talks to the server for them. */
export interface SignedIn {
  readonly role: AppRole;
  readonly session: Session;
  readonly rest: RestClient;
}

export interface Registration {
  readonly login: string;
  readonly password: string;
  readonly name: string;
  readonly vehicle?: { readonly description: string; readonly plate: string };
}

/** The account has the other role: it cannot be used in this app. */
export class WrongRole extends Error {
  constructor() {
    super('the account has another role');
    this.name = 'WrongRole';
  }
}

/**
 * Browsers have no keychain. The refresh token is valid once, ends with the session, and lies in the storage of this origin, whose policy
 * runs no foreign script.
 */
const tokenKey = (role: AppRole) => `rideline.${role}.refreshToken`;
/** Everything that an app stores begins with this, and is removed at sign-out. */
const prefixOf = (role: AppRole) => `rideline.${role}.`;

interface Parts {
  readonly role: AppRole;
  readonly storage: Storage;
  /** The server has ended the session. Called once. */
  readonly onEnded: () => void;
}

function sessionOptions({ role, storage, onEnded }: Parts) {
  return {
    url: location.origin,
    onRefreshToken: (token: string) => storage.setItem(tokenKey(role), token),
    onEnded: () => {
      forget(role, storage);
      onEnded();
    },
  };
}

function signedInWith(role: AppRole, session: Session): SignedIn {
  return { role, session, rest: createRestClient({ url: location.origin, token: session }) };
}

/** Continues the session of this browser; null when there is none. Needs no network. */
export function storedAccount(parts: Parts): SignedIn | null {
  const refreshToken = parts.storage.getItem(tokenKey(parts.role));
  if (refreshToken === null) return null;
  return signedInWith(parts.role, createSession({ ...sessionOptions(parts), refreshToken }));
}

/** @throws CodedError, with the code of the refusal; WrongRole */
export async function signIn(parts: Parts, login: string, password: string): Promise<SignedIn> {
  const session = await openSession(sessionOptions(parts), { login, password });
  const signedIn = signedInWith(parts.role, session);
  const { data } = await signedIn.rest.GET('/v1/me');
  if (data === undefined || data.role === parts.role) return signedIn;
  await signOut(signedIn, parts.storage);
  throw new WrongRole();
}

/** @throws CodedError, with the code of the refusal */
export async function register(parts: Parts, { vehicle, ...account }: Registration): Promise<SignedIn> {
  const body = { ...account, role: parts.role, ...(vehicle === undefined ? {} : { vehicle }) };
  return signedInWith(parts.role, await openSession(sessionOptions(parts), body));
}

/** Ends the session here, and at the server when it answers; what the app stored is removed. */
export async function signOut({ role, session }: SignedIn, storage: Storage): Promise<void> {
  forget(role, storage);
  // The session also ends by itself when its refresh token, which nobody has any more, expires.
  await session.signOut().catch(() => undefined);
}

function forget(role: AppRole, storage: Storage): void {
  for (const key of Object.keys(storage)) if (key.startsWith(prefixOf(role))) storage.removeItem(key);
}
