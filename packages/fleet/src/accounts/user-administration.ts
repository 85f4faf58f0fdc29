import { CodedError, type UserId } from '@rideline/contract';
import type { Principal } from '@rideline/platform/tokens/tokens';
import { writeAudit } from '../store/audit.ts';
import { type AccountService, makeAccount, revokeUser } from './account-sessions.ts';
import { findUser, type NewAccount, otherAdmins, updateAccount } from './account-store.ts';
import type { StoredUser } from './user-collection.ts';

/** What admins do with others' accounts. Each is written into the audit log before it is done, with its reason. */

export type Admin = Pick<Principal, 'userId' | 'role'>;

async function audited(
  accountService: AccountService,
  admin: Admin,
  action: string,
  target: string,
  data: Record<string, unknown>,
): Promise<void> {
  const actor = { role: admin.role, id: admin.userId };
  await writeAudit(
    accountService.db,
    accountService.region,
    { actor, action, target, data },
    new Date(accountService.wallMs()),
  );
}

/** @throws CodedError CONFLICT, SHED, VALIDATION */
export async function createUser(
  accountService: AccountService,
  admin: Admin,
  wanted: Omit<NewAccount, 'passwordHash'>,
  password: string,
  reason: string,
): Promise<StoredUser> {
  // The id is made with the account; what is asked for is written down before. The login is personal and stands in the account alone.
  await audited(accountService, admin, 'user.create', `role:${wanted.role}`, { reason, role: wanted.role });
  const user = await makeAccount(accountService, wanted, password);
  await audited(accountService, admin, 'user.created', `user:${user._id}`, { reason, role: wanted.role });
  return user;
}

/** Ends all sessions and tokens of a user, also of one who has no account here. */
export async function revokeByAdmin(
  accountService: AccountService,
  admin: Admin,
  userId: UserId,
  reason: string,
): Promise<void> {
  await audited(accountService, admin, 'user.revoke', `user:${userId}`, { reason });
  await revokeUser(accountService, userId, 'revoked');
}

/**
 * Suspends or reinstates. A repeat does the same again: a suspension whose end was lost is completed.
 * @throws CodedError NOT_FOUND; FORBIDDEN for oneself and for the last admin
 */
export async function setState(
  accountService: AccountService,
  admin: Admin,
  userId: UserId,
  state: StoredUser['state'],
  reason: string,
): Promise<StoredUser> {
  const user = await findUser(accountService, userId);
  if (user === null) throw new CodedError('NOT_FOUND');
  const suspends = state === 'suspended';
  if (suspends && userId === admin.userId) throw new CodedError('FORBIDDEN', 'Not oneself.');
  if (suspends && user.role === 'admin' && (await otherAdmins(accountService, userId)) === 0)
    throw new CodedError('FORBIDDEN', 'The last admin stays.');
  const action = suspends ? 'user.suspend' : 'user.reinstate';
  await audited(accountService, admin, action, `user:${userId}`, { reason });
  const changed =
    user.state === state ? user : await updateAccount(accountService, userId, user.version, { state });
  // After the state: a sign-in in between would find an account that is still active.
  if (suspends) await revokeUser(accountService, userId, 'suspended');
  return changed;
}
