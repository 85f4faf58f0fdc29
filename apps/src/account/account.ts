import { browserStorage } from '@rideline/sdk/browser';
import {
  createRestClient,
  createSession,
  openSession,
  type RestClient,
  type SdkStorage,
  type Session,
} from '@rideline/sdk/rider';
import type { PageStorage } from '../state/page-storage.ts';

export type AppRole = 'driver' | 'rider';

/** Who is signed in, and what talks to the server for them. */
export interface SignedIn {
  readonly role: AppRole;
  readonly session: Session;
  readonly rest: RestClient;
  /** Fixes and commands that the server has not confirmed: they survive a closed window. */
  readonly storage: SdkStorage;
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
  readonly storage: PageStorage;
  /** The server has ended the session. Called once. */
  readonly onEnded: () => void;
}

/** One account at a time has the database of an app: it is wiped when the session ends. */
function sessionOptions({ role, storage, onEnded }: Parts) {
  const kept = browserStorage({ name: `rideline-${role}` });
  return {
    url: location.origin,
    storage: kept,
    onRefreshToken: (token: string) => storage.setItem(tokenKey(role), token),
    // Where the browser has no locks, several windows have the session.
    storedRefreshToken: () => storage.getItem(tokenKey(role)),
    onEnded: () => {
      forget(role, storage);
      onEnded();
      // Commands of one person must not be sent by the next one.
      void kept.wipe();
    },
  };
}

function signedInWith(role: AppRole, session: Session, storage: SdkStorage): SignedIn {
  return { role, session, storage, rest: createRestClient({ url: location.origin, token: session }) };
}

/** Continues the session of this browser; null when there is none. Needs no network. */
export function storedAccount(parts: Parts): SignedIn | null {
  const refreshToken = parts.storage.getItem(tokenKey(parts.role));
  if (refreshToken === null) return null;
  const options = sessionOptions(parts);
  return signedInWith(parts.role, createSession({ ...options, refreshToken }), options.storage);
}

/** @throws RidelineError, with the code of the refusal; WrongRole */
export async function signIn(parts: Parts, login: string, password: string): Promise<SignedIn> {
  const options = sessionOptions(parts);
  const session = await openSession(options, { login, password });
  const signedIn = signedInWith(parts.role, session, options.storage);
  const { data } = await signedIn.rest.GET('/v1/me');
  if (data === undefined || data.role === parts.role) return signedIn;
  await signOut(signedIn, parts.storage);
  throw new WrongRole();
}

/** @throws RidelineError, with the code of the refusal */
export async function register(parts: Parts, { vehicle, ...account }: Registration): Promise<SignedIn> {
  const body = { ...account, role: parts.role, ...(vehicle === undefined ? {} : { vehicle }) };
  const options = sessionOptions(parts);
  return signedInWith(parts.role, await openSession(options, body), options.storage);
}

/** Ends the session here, and at the server when it answers; what the app stored is wiped. Close the clients first. */
export async function signOut({ role, session }: SignedIn, storage: PageStorage): Promise<void> {
  forget(role, storage);
  // The session also ends by itself when its refresh token, which nobody has any more, expires.
  await session.signOut().catch(() => undefined);
}

function forget(role: AppRole, storage: PageStorage): void {
  for (const key of storage.keys()) if (key.startsWith(prefixOf(role))) storage.removeItem(key);
}
