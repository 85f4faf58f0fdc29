import {
  CodedError,
  type CreateAccount,
  type RegionId,
  type SignedIn,
  type UserId,
  type VehicleWish,
} from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { Passwords } from '@rideline/platform/tokens/passwords';
import { issueToken, type TokenKeys } from '@rideline/platform/tokens/tokens';
import type { Models, SessionDocument, UserDocument } from '../store/models.ts';
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

/** What the accounts of a region are worked on with. */
export interface AccountDesk extends AccountStore, SessionStore {
  readonly models: Models;
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

type Owner = Pick<UserDocument, '_id' | 'role' | 'notBefore'>;

/** Said for an unknown login and a wrong password alike. */
const wrongPassword = () => new CodedError('UNAUTHENTICATED', 'Name or password is wrong.');

async function answer(desk: AccountDesk, { session, token }: OpenedSession, atMs: number): Promise<SignedIn> {
  const issued = await issueToken(desk.keys, {
    subject: session.userId,
    role: session.role,
    region: desk.region,
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
export async function beginSession(desk: AccountDesk, owner: Owner): Promise<SignedIn> {
  const atMs = issueTimeMs(desk.wallMs(), owner.notBefore);
  const opened = await openSession(desk, { userId: owner._id, role: owner.role }, atMs);
  for (const old of await crowdedOut(desk, owner._id)) await revokeSession(desk, old, 'crowded');
  return answer(desk, opened, atMs);
}

/** @throws CodedError CONFLICT, SHED, VALIDATION */
export async function register(desk: AccountDesk, wanted: CreateAccount): Promise<SignedIn> {
  const user = await makeAccount(desk, wanted, wanted.password);
  return beginSession(desk, user);
}

/** @throws CodedError CONFLICT, SHED, VALIDATION */
export async function makeAccount(
  desk: Pick<AccountDesk, 'passwords'> & AccountStore,
  { login, name, role, tier, vehicle }: Omit<NewAccount, 'passwordHash'>,
  password: string,
): Promise<UserDocument> {
  if (role !== 'driver' && (vehicle !== undefined || tier !== undefined))
    throw invalid('body.vehicle', 'for drivers only');
  checkNewPassword(login, password);
  // Before the login is looked up: the time does not tell whether it is taken. The answer does, see docs/api.md.
  const passwordHash = await desk.passwords.hash(password);
  return createAccount(desk, { login, name, role, tier, vehicle, passwordHash });
}

/** @throws CodedError UNAUTHENTICATED for an unknown login and a wrong password, FORBIDDEN for a suspended account, SHED */
export async function signIn(desk: AccountDesk, login: string, password: string): Promise<SignedIn> {
  const user = await findByLogin(desk, login);
  const right = await desk.passwords.isRight(password, user?.passwordHash);
  if (user === null || !right) throw wrongPassword();
  if (user.state === 'suspended') throw new CodedError('FORBIDDEN', 'This account is suspended.');
  if (user.role === 'driver') await ensureDriver(desk, user);
  if (desk.passwords.needsRehash(user.passwordHash)) await rehash(desk, user, password);
  return beginSession(desk, user);
}

async function rehash(desk: AccountDesk, user: UserDocument, password: string): Promise<void> {
  const passwordHash = await desk.passwords.hash(password);
  // Somebody changed the account meanwhile: then the next sign-in does it.
  await updateAccount(desk, user._id, user.version, { passwordHash }).catch((error: unknown) => {
    if (!(error instanceof CodedError && error.code === 'CONFLICT')) throw error;
  });
}

/** When the session's next token is issued; null when its owner may have none. */
async function nextIssueMs(desk: AccountDesk, session: SessionDocument): Promise<number | null> {
  if (session.userId === desk.guest) return desk.wallMs();
  const user = await findUser(desk, session.userId);
  if (user === null || user.state === 'suspended') return null;
  if (isBefore(session.createdAt.getTime(), user.notBefore)) return null;
  return issueTimeMs(desk.wallMs(), user.notBefore);
}

export type RefreshOutcome =
  | { readonly outcome: 'rotate' | 'repeat'; readonly signedIn: SignedIn }
  | { readonly outcome: 'reused' | 'over' | 'unknown' };

/** The next access token of a session. A token that was used before ends it, with every access token that it has given. */
export async function refresh(desk: AccountDesk, text: string): Promise<RefreshOutcome> {
  let atMs = desk.wallMs();
  const refreshed = await refreshSession(desk, text, async (session) => {
    const nextMs = await nextIssueMs(desk, session);
    atMs = nextMs ?? atMs;
    return nextMs;
  });
  switch (refreshed.verdict) {
    case 'rotate':
    case 'repeat':
      return { outcome: refreshed.verdict, signedIn: await answer(desk, refreshed, atMs) };
    case 'reused':
      await revokeSession(desk, refreshed.session, 'reused');
      return { outcome: 'reused' };
    default:
      return { outcome: refreshed.verdict };
  }
}

async function revoke(desk: AccountDesk, revocation: Revocation): Promise<void> {
  desk.onRevocation(revocation);
  if (!(await writeRevocation({ ...desk, keptMs: revocationKeptMs(desk.production) }, revocation)))
    desk.onStreamLost();
}

/** Ends one session with its tokens. */
export async function revokeSession(
  desk: AccountDesk,
  session: Pick<SessionDocument, '_id' | 'userId'>,
  why: SessionEnd,
): Promise<void> {
  await endSession(desk, session._id, why);
  const ended = (await desk.models.sessions.collection.findOne(
    { _id: session._id as never },
    { projection: { issuedAt: 1 } },
  )) as Pick<SessionDocument, 'issuedAt'> | null;
  const nowMs = desk.wallMs();
  const notBeforeMs = Math.max(nowMs, (ended?.issuedAt.getTime() ?? 0) + 1);
  const { _id: subject, userId } = session;
  await revoke(desk, { kind: 'session', subject, userId, notBeforeMs, atMs: nowMs });
}

/** Signs out by the refresh token alone, or by the session of an access token. What is unknown is signed out already. */
export async function signOut(desk: AccountDesk, text: string): Promise<void> {
  const token = parseRefreshToken(text);
  if (token === null) return;
  const refreshed = await refreshSession(desk, text, async () => null);
  if (refreshed.verdict === 'over' || refreshed.verdict === 'reused')
    await revokeSession(desk, refreshed.session, 'sign_out');
}

/** Ends all sessions and voids all tokens of a user: those of sockets on every node too. */
export async function revokeUser(desk: AccountDesk, userId: UserId, why: SessionEnd): Promise<void> {
  const notBeforeMs = await endAllSessions(desk, userId, why);
  await raiseNotBefore(desk, userId, notBeforeMs);
  await revoke(desk, { kind: 'user', subject: userId, userId, notBeforeMs, atMs: desk.wallMs() });
}

/**
 * Another password: every session ends, and a new one begins here.
 * @throws CodedError FORBIDDEN when the current one is wrong, NOT_FOUND, CONFLICT, SHED, VALIDATION
 */
export async function changePassword(
  desk: AccountDesk,
  userId: UserId,
  { current, password }: { current: string; password: string },
): Promise<SignedIn> {
  const user = await findUser(desk, userId);
  if (user === null) throw new CodedError('NOT_FOUND');
  if (!(await desk.passwords.isRight(current, user.passwordHash)))
    throw new CodedError('FORBIDDEN', 'The current password is wrong.');
  checkNewPassword(user.login, password);
  const passwordHash = await desk.passwords.hash(password);
  await updateAccount(desk, userId, user.version, { passwordHash });
  await revokeUser(desk, userId, 'password');
  const changed = await findUser(desk, userId);
  if (changed === null) throw new CodedError('NOT_FOUND');
  return beginSession(desk, changed);
}

/** @throws CodedError NOT_FOUND, CONFLICT with the current version, VALIDATION for the vehicle of somebody who is no driver */
export async function updateOwn(
  desk: AccountStore,
  userId: UserId,
  {
    version,
    name,
    vehicle,
  }: { version: number; name?: string | undefined; vehicle?: VehicleWish | undefined },
): Promise<UserDocument> {
  const user = await findUser(desk, userId);
  if (user === null) throw new CodedError('NOT_FOUND');
  if (vehicle !== undefined && user.role !== 'driver') throw invalid('body.vehicle', 'for drivers only');
  const changed = await updateAccount(desk, userId, version, name === undefined ? {} : { name });
  if (changed.role === 'driver' && name !== undefined) await nameDriver(desk, userId, name);
  if (vehicle !== undefined) {
    await putVehicle(desk, changed, vehicle);
    // Whoever read this version before its vehicle was stored has read something older than it.
    await desk.onChanged?.(userId, changed.version + 0.5);
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
