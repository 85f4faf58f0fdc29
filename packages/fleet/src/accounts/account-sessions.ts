import {
  CodedError,
  type CreateAccount,
  type RegionId,
  type SignedIn,
  toIsoTime,
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
import { sealed, unsealed } from './refresh-token-seal.ts';
import { type Revocation, writeRevocation } from './revocation-store.ts';
import { type StoredSession, sessionCollection } from './session-collection.ts';
import { ACCESS_TOKEN_SECONDS, isBefore, issueTimeMs, revocationKeptMs } from './session-rules.ts';
import {
  endAllSessions,
  endSession,
  type OpenedSession,
  openSession,
  refreshSession,
  type SessionEnd,
  type SessionStore,
  sessionsOverLimit,
} from './session-store.ts';
import type { StoredUser } from './user-collection.ts';

/** Dependencies of the functions on accounts and sessions of a region. */
export interface AccountService extends AccountStore, SessionStore {
  readonly db: Database;
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly keys: TokenKeys;
  readonly passwords: Passwords;
  readonly production: boolean;
  readonly wallMs: () => number;
  /** Id of the development operator, who has sessions but no account. */
  readonly guest: UserId | undefined;
  /** Called at once for this process's own list; other processes read the stream. */
  readonly onRevocation: (revocation: Revocation) => void;
  /** The stream write failed: nodes read the revocation from MongoDB a little later. */
  readonly onStreamLost: () => void;
}

type Owner = Pick<StoredUser, '_id' | 'role' | 'notBefore'>;

/** The same error for an unknown login and a wrong password. */
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
    expiresAt: toIsoTime(issued.expiresAtMs),
    expiresIn: ACCESS_TOKEN_SECONDS,
    refreshToken: sealed(accountService.keys, formatRefreshToken(token)),
    refreshExpiresAt: toIsoTime(endMs),
    role: session.role,
    id: session.userId,
  };
}

/** Opens a session for an authenticated user; beyond the limit the oldest sessions end. */
export async function beginSession(accountService: AccountService, owner: Owner): Promise<SignedIn> {
  const atMs = issueTimeMs(accountService.wallMs(), owner.notBefore);
  const opened = await openSession(accountService, { userId: owner._id, role: owner.role }, atMs);
  for (const old of await sessionsOverLimit(accountService, owner._id))
    await revokeSession(accountService, old, 'crowded');
  return answer(accountService, opened, atMs);
}

/** @throws CodedError CONFLICT, SHED, VALIDATION */
export async function register(accountService: AccountService, account: CreateAccount): Promise<SignedIn> {
  const user = await makeAccount(accountService, account, account.password);
  return beginSession(accountService, user);
}

/** @throws CodedError CONFLICT, SHED, VALIDATION */
export async function makeAccount(
  accountService: Pick<AccountService, 'passwords'> & AccountStore,
  { login, name, role, tier, vehicle }: Omit<NewAccount, 'passwordHash'>,
  password: string,
): Promise<StoredUser> {
  if (role !== 'driver' && (vehicle !== undefined || tier !== undefined))
    throw invalid('body.vehicle', 'only drivers can have this field');
  checkNewPassword(login, password);
  // Before the login is looked up, so that the response time does not reveal whether it is taken. The answer does: see docs/api.md.
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
  // The account was changed in the meantime: the next sign-in rehashes.
  await updateAccount(accountService, user._id, user.version, { passwordHash }).catch((error: unknown) => {
    if (!(error instanceof CodedError && error.code === 'CONFLICT')) throw error;
  });
}

/** Issue time of the session's next token; null when its owner may not have one. */
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

/** Refreshes a session. A refresh token that was used before ends the session and revokes all its access tokens. */
export async function refresh(accountService: AccountService, text: string): Promise<RefreshOutcome> {
  let atMs = accountService.wallMs();
  const { token } = unsealed(accountService.keys, text);
  const refreshed = await refreshSession(accountService, token, async (session) => {
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

/** Ends one session and revokes its tokens. */
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

/** Signs out by a refresh token. An unknown token changes nothing. */
export async function signOut(accountService: AccountService, text: string): Promise<void> {
  const { token } = unsealed(accountService.keys, text);
  if (parseRefreshToken(token) === null) return;
  const refreshed = await refreshSession(accountService, token, async () => null);
  if (refreshed.verdict === 'over' || refreshed.verdict === 'reused')
    await revokeSession(accountService, refreshed.session, 'sign_out');
}

/** Ends all sessions and revokes all tokens of a user, including those of open sockets on every node. */
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
 * Changes the password: every session ends, and a new one is opened for the caller.
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

/** @throws CodedError NOT_FOUND, CONFLICT with the current version, VALIDATION for a vehicle of a user who is not a driver */
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
  if (vehicle !== undefined && user.role !== 'driver')
    throw invalid('body.vehicle', 'only drivers can have this field');
  const changed = await updateAccount(accountService, userId, version, name === undefined ? {} : { name });
  if (changed.role === 'driver' && name !== undefined) await nameDriver(accountService, userId, name);
  if (vehicle !== undefined) {
    await putVehicle(accountService, changed, vehicle);
    // A reader that got this version before its vehicle was stored has older data: raise the version for the cache.
    await accountService.onChanged?.(userId, changed.version + 0.5);
  }
  return changed;
}

function checkNewPassword(login: string, password: string): void {
  const [local = login] = login.split('@');
  const lower = password.toLowerCase();
  if (lower === login || lower === local || new Set(password).size < 4)
    throw invalid('body.password', 'too easy to guess: choose another one');
}

function invalid(path: string, message: string): CodedError {
  return new CodedError('VALIDATION', undefined, { issues: [{ path, message }] });
}
