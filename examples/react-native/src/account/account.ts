import {
  createRestClient,
  createSession,
  openSession,
  type RestClient,
  RidelineError,
  type SdkStorage,
  type Session,
} from '@rideline/sdk';
import type { Device, Role } from '../device/device.ts';

/** Who is signed in, and what talks to the server for them. */
export interface Account {
  readonly role: Role;
  readonly session: Session;
  readonly rest: RestClient;
  readonly storage: SdkStorage;
}

type Phone = Pick<Device, 'url' | 'tokens' | 'storage'>;

/** @param onEnded the server has ended the session; called once */
function sessionOptions({ url, tokens, storage: open }: Phone, role: Role, onEnded: () => void) {
  const storage = open();
  return {
    url,
    storage,
    onRefreshToken: (token: string) => tokens.write(role, token),
    onEnded: () => {
      onEnded();
      // Fixes and commands of one person must not be sent by the next one: the session is forgotten after them.
      void storage
        .wipe()
        .catch(() => undefined)
        .then(() => tokens.clear());
    },
  };
}

const accountOf = (url: string, role: Role, session: Session, storage: SdkStorage): Account => ({
  role,
  session,
  storage,
  rest: createRestClient({ url, token: session }),
});

/** Continues the session of this phone; null when there is none. Needs no network. */
export async function storedAccount(phone: Phone, onEnded: () => void): Promise<Account | null> {
  const stored = await phone.tokens.read();
  if (stored === null) return null;
  const { role, refreshToken } = stored;
  const options = sessionOptions(phone, role, onEnded);
  return accountOf(phone.url, role, createSession({ ...options, refreshToken }), options.storage);
}

/** @throws RidelineError with the code of the refusal */
export async function signIn(
  phone: Phone,
  role: Role,
  credentials: { readonly login: string; readonly password: string },
  onEnded: () => void,
): Promise<Account> {
  const options = sessionOptions(phone, role, onEnded);
  const account = accountOf(phone.url, role, await openSession(options, credentials), options.storage);
  const { data } = await account.rest.GET('/v1/me');
  if (data === undefined || data.role === role) return account;
  await signOut(phone, account);
  throw new RidelineError('FORBIDDEN', { message: `the account is not a ${role}'s` });
}

/** Ends the session here, and at the server when it answers. Close the clients first. */
export async function signOut({ tokens }: Pick<Device, 'tokens'>, { session }: Account): Promise<void> {
  // Without a network it ends at the server when its refresh token, which nobody has any more, expires.
  await session.signOut().catch(() => undefined);
  await tokens.clear();
}
