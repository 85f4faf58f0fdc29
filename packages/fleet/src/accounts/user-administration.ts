import { CodedError, type UserId } from '@rideline/contract';
import type { Principal } from '@rideline/platform/tokens/tokens';
import { writeAudit } from '../store/audit.ts';
import { type AccountService, makeAccount, revokeUser } from './account-sessions.ts';
import { findUser, type NewAccount, otherAdmins, updateAccount } from './account-store.ts';
import type { StoredUser } from './user-collection.ts';

/** Actions of admins on accounts. Each is written to the audit log with its reason before it takes effect. */

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
  account: Omit<NewAccount, 'passwordHash'>,
  password: string,
  reason: string,
): Promise<StoredUser> {
  // The id is created with the account, so the request is audited before by its role. The login is personal data and not audited.
  await audited(accountService, admin, 'user.create', `role:${account.role}`, { reason, role: account.role });
  const user = await makeAccount(accountService, account, password);
  await audited(accountService, admin, 'user.created', `user:${user._id}`, { reason, role: account.role });
  return user;
}

/** Ends all sessions and revokes all tokens of a user, with or without an account. */
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
 * Suspends or reinstates an account. A repeat completes a suspension that was interrupted.
 * @throws CodedError NOT_FOUND; FORBIDDEN for the admin's own account and for the last admin
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
  if (suspends && userId === admin.userId)
    throw new CodedError('FORBIDDEN', 'An admin cannot suspend their own account.');
  if (suspends && user.role === 'admin' && (await otherAdmins(accountService, userId)) === 0)
    throw new CodedError('FORBIDDEN', 'The last admin cannot be suspended.');
  const action = suspends ? 'user.suspend' : 'user.reinstate';
  await audited(accountService, admin, action, `user:${userId}`, { reason });
  const changed =
    user.state === state ? user : await updateAccount(accountService, userId, user.version, { state });
  // After the change of state: otherwise a sign-in in between would find an active account.
  if (suspends) await revokeUser(accountService, userId, 'suspended');
  return changed;
}
