import {
  CodedError,
  type CreateAccount,
  type RegionId,
  type SignedIn,
  type UserId,
  type VehicleInput,
} from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { Passwords } from '@rideline/platform/tokens/passwords';
import { issueToken, type TokenKeys } from '@rideline/platform/tokens/tokens';
import type { Database } from '../store/database.ts';
import {
  type AccountStore,
  createAccount,
  ensureDriver,
  findByLogin,
  findUser,
  type NewAccount,
  nameDriver,
  putVehicle,
  raiseNotBefore,
  updateAccount,
} from './account-store.ts';
import { formatRefreshToken, parseRefreshToken } from './refresh-token.ts';
import { type Revocation, writeRevocation } from './revocation-store.ts';
import { type StoredSession, sessionCollection } from './session-collection.ts';
import { ACCESS_TOKEN_SECONDS, isBefore, issueTimeMs, revocationKeptMs } from './session-rules.ts';
import {
  crowdedOut,
  endAllSessions,
  endSession,
  type OpenedSession,
  openSession,
  refreshSession,
  type SessionEnd,
  type SessionStore,
} from './session-store.ts';
import type { StoredUser } from './user-collection.ts';

/** What the accounts of a region are worked on with. */
export interface AccountService extends AccountStore, SessionStore {
  readonly db: Database;
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly keys: TokenKeys;
  readonly passwords: Passwords;
  readonly production: boolean;
  readonly wallMs: () => number;
  /** The development operator, who has sessions and no account. */
  readonly guest: UserId | undefined;
  /** This process's own list hears at once, others by the stream. */
  readonly onRevocation: (revocation: Revocation) => void;
  /** The stream did not take it: nodes find it in Mongo, a little later. */
  readonly onStreamLost: () => void;
}

type Owner = Pick<StoredUser, '_id' | 'role' | 'notBefore'>;

/** Said for an unknown login and a wrong password alike. */
const wrongPassword = () => new CodedError('UNAUTHENTICATED', 'Name or password is wrong.');

async function answer(
  accountService: AccountService,
  { session, token }: OpenedSession,
  atMs: number,
): Promise<SignedIn> {
  const issued = await issueToken(accountService.keys, {
    subject: session.userId,
    role: session.role,
    region: accountService.region,
    sessionId: session._id,
    issuedAtMs: atMs,
    ttlSeconds: ACCESS_TOKEN_SECONDS,
  });
  const endMs = Math.min(session.expireAt.getTime(), session.endsAt.getTime());
  return {
    token: issued.token,
    expiresAt: new Date(issued.expiresAtMs).toISOString(),
    expiresIn: ACCESS_TOKEN_SECONDS,
    refreshToken: formatRefreshToken(token),
    refreshExpiresAt: new Date(endMs).toISOString(),
    role: session.role,
    id: session.userId,
  };
}

/** Begins a session of somebody who has shown who he is; the oldest of too many ends. */
export async function beginSession(accountService: AccountService, owner: Owner): Promise<SignedIn> {
  const atMs = issueTimeMs(accountService.wallMs(), owner.notBefore);
  const opened = await openSession(accountService, { userId: owner._id, role: owner.role }, atMs);
  for (const old of await crowdedOut(accountService, owner._id))
    await revokeSession(accountService, old, 'crowded');
  return answer(accountService, opened, atMs);
}

/** @throws CodedError CONFLICT, SHED, VALIDATION */
export async function register(accountService: AccountService, wanted: CreateAccount): Promise<SignedIn> {
  const user = await makeAccount(accountService, wanted, wanted.password);
  return beginSession(accountService, user);
}

/** @throws CodedError CONFLICT, SHED, VALIDATION */
export async function makeAccount(
  accountService: Pick<AccountService, 'passwords'> & AccountStore,
  { login, name, role, tier, vehicle }: Omit<NewAccount, 'passwordHash'>,
  password: string,
): Promise<StoredUser> {
  if (role !== 'driver' && (vehicle !== undefined || tier !== undefined))
    throw invalid('body.vehicle', 'for drivers only');
  checkNewPassword(login, password);
  // Before the login is looked up: the time does not tell whether it is taken. The answer does, see docs/api.md.
  const passwordHash = await accountService.passwords.hash(password);
  return createAccount(accountService, { login, name, role, tier, vehicle, passwordHash });
}

/** @throws CodedError UNAUTHENTICATED for an unknown login and a wrong password, FORBIDDEN for a suspended account, SHED */
export async function signIn(
  accountService: AccountService,
  login: string,
  password: string,
): Promise<SignedIn> {
  const user = await findByLogin(accountService, login);
  const right = await accountService.passwords.isRight(password, user?.passwordHash);
  if (user === null || !right) throw wrongPassword();
  if (user.state === 'suspended') throw new CodedError('FORBIDDEN', 'This account is suspended.');
  if (user.role === 'driver') await ensureDriver(accountService, user);
  if (accountService.passwords.needsRehash(user.passwordHash)) await rehash(accountService, user, password);
  return beginSession(accountService, user);
}

async function rehash(accountService: AccountService, user: StoredUser, password: string): Promise<void> {
  const passwordHash = await accountService.passwords.hash(password);
  // Somebody changed the account meanwhile: then the next sign-in does it.
  await updateAccount(accountService, user._id, user.version, { passwordHash }).catch((error: unknown) => {
    if (!(error instanceof CodedError && error.code === 'CONFLICT')) throw error;
  });
}

/** When the session's next token is issued; null when its owner may have none. */
async function nextIssueMs(accountService: AccountService, session: StoredSession): Promise<number | null> {
  if (session.userId === accountService.guest) return accountService.wallMs();
  const user = await findUser(accountService, session.userId);
  if (user === null || user.state === 'suspended') return null;
  if (isBefore(session.createdAt.getTime(), user.notBefore)) return null;
  return issueTimeMs(accountService.wallMs(), user.notBefore);
}

export type RefreshOutcome =
  | { readonly outcome: 'rotate' | 'repeat'; readonly signedIn: SignedIn }
  | { readonly outcome: 'reused' | 'over' | 'unknown' };

/** The next access token of a session. A token that was used before ends it, with every access token that it has given. */
export async function refresh(accountService: AccountService, text: string): Promise<RefreshOutcome> {
  let atMs = accountService.wallMs();
  const refreshed = await refreshSession(accountService, text, async (session) => {
    const nextMs = await nextIssueMs(accountService, session);
    atMs = nextMs ?? atMs;
    return nextMs;
  });
  switch (refreshed.verdict) {
    case 'rotate':
    case 'repeat':
      return { outcome: refreshed.verdict, signedIn: await answer(accountService, refreshed, atMs) };
    case 'reused':
      await revokeSession(accountService, refreshed.session, 'reused');
      return { outcome: 'reused' };
    default:
      return { outcome: refreshed.verdict };
  }
}

async function revoke(accountService: AccountService, revocation: Revocation): Promise<void> {
  accountService.onRevocation(revocation);
  if (
    !(await writeRevocation(
      { ...accountService, keptMs: revocationKeptMs(accountService.production) },
      revocation,
    ))
  )
    accountService.onStreamLost();
}

/** Ends one session with its tokens. */
export async function revokeSession(
  accountService: AccountService,
  session: Pick<StoredSession, '_id' | 'userId'>,
  why: SessionEnd,
): Promise<void> {
  await endSession(accountService, session._id, why);
  const ended = await accountService.db
    .collection(sessionCollection)
    .findOne({ _id: session._id }, { projection: { issuedAt: 1 } });
  const nowMs = accountService.wallMs();
  const notBeforeMs = Math.max(nowMs, (ended?.issuedAt.getTime() ?? 0) + 1);
  const { _id: subject, userId } = session;
  await revoke(accountService, { kind: 'session', subject, userId, notBeforeMs, atMs: nowMs });
}

/** Signs out by the refresh token alone, or by the session of an access token. What is unknown is signed out already. */
export async function signOut(accountService: AccountService, text: string): Promise<void> {
  const token = parseRefreshToken(text);
  if (token === null) return;
  const refreshed = await refreshSession(accountService, text, async () => null);
  if (refreshed.verdict === 'over' || refreshed.verdict === 'reused')
    await revokeSession(accountService, refreshed.session, 'sign_out');
}

/** Ends all sessions and voids all tokens of a user: those of sockets on every node too. */
export async function revokeUser(
  accountService: AccountService,
  userId: UserId,
  why: SessionEnd,
): Promise<void> {
  const notBeforeMs = await endAllSessions(accountService, userId, why);
  await raiseNotBefore(accountService, userId, notBeforeMs);
  await revoke(accountService, {
    kind: 'user',
    subject: userId,
    userId,
    notBeforeMs,
    atMs: accountService.wallMs(),
  });
}

/**
 * Another password: every session ends, and a new one begins here.
 * @throws CodedError FORBIDDEN when the current one is wrong, NOT_FOUND, CONFLICT, SHED, VALIDATION
 */
export async function changePassword(
  accountService: AccountService,
  userId: UserId,
  { current, password }: { current: string; password: string },
): Promise<SignedIn> {
  const user = await findUser(accountService, userId);
  if (user === null) throw new CodedError('NOT_FOUND');
  if (!(await accountService.passwords.isRight(current, user.passwordHash)))
    throw new CodedError('FORBIDDEN', 'The current password is wrong.');
  checkNewPassword(user.login, password);
  const passwordHash = await accountService.passwords.hash(password);
  await updateAccount(accountService, userId, user.version, { passwordHash });
  await revokeUser(accountService, userId, 'password');
  const changed = await findUser(accountService, userId);
  if (changed === null) throw new CodedError('NOT_FOUND');
  return beginSession(accountService, changed);
}

/** @throws CodedError NOT_FOUND, CONFLICT with the current version, VALIDATION for the vehicle of somebody who is no driver */
export async function updateOwn(
  accountService: AccountStore,
  userId: UserId,
  {
    version,
    name,
    vehicle,
  }: { version: number; name?: string | undefined; vehicle?: VehicleInput | undefined },
): Promise<StoredUser> {
  const user = await findUser(accountService, userId);
  if (user === null) throw new CodedError('NOT_FOUND');
  if (vehicle !== undefined && user.role !== 'driver') throw invalid('body.vehicle', 'for drivers only');
  const changed = await updateAccount(accountService, userId, version, name === undefined ? {} : { name });
  if (changed.role === 'driver' && name !== undefined) await nameDriver(accountService, userId, name);
  if (vehicle !== undefined) {
    await putVehicle(accountService, changed, vehicle);
    // Whoever read this version before its vehicle was stored has read something older than it.
    await accountService.onChanged?.(userId, changed.version + 0.5);
  }
  return changed;
}

function checkNewPassword(login: string, password: string): void {
  const [local = login] = login.split('@');
  const lower = password.toLowerCase();
  if (lower === login || lower === local || new Set(password).size < 4)
    throw invalid('body.password', 'easy to guess: another one');
}

function invalid(path: string, message: string): CodedError {
  return new CodedError('VALIDATION', undefined, { issues: [{ path, message }] });
}
