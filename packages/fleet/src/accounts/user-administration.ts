import { CodedError, type UserId } from '@rideline/contract';
import type { Principal } from '@rideline/platform/tokens/tokens';
import { writeAudit } from '../store/audit.ts';
import type { UserDocument } from '../store/models.ts';
import { type AccountDesk, makeAccount, revokeUser } from './account-sessions.ts';
import { findUser, type NewAccount, otherAdmins, updateAccount } from './account-store.ts';

/** What admins do with others' accounts. Each is written into the audit log before it is done, with its reason. */

export type Admin = Pick<Principal, 'userId' | 'role'>;

async function audited(
  desk: AccountDesk,
  admin: Admin,
  action: string,
  target: string,
  data: Record<string, unknown>,
): Promise<void> {
  const actor = { role: admin.role, id: admin.userId };
  await writeAudit(desk.models, desk.region, { actor, action, target, data }, new Date(desk.wallMs()));
}

/** @throws CodedError CONFLICT, SHED, VALIDATION */
export async function createUser(
  desk: AccountDesk,
  admin: Admin,
  wanted: Omit<NewAccount, 'passwordHash'>,
  password: string,
  reason: string,
): Promise<UserDocument> {
  // The id is made with the account; what is asked for is written down before. The login is personal and stands in the account alone.
  await audited(desk, admin, 'user.create', `role:${wanted.role}`, { reason, role: wanted.role });
  const user = await makeAccount(desk, wanted, password);
  await audited(desk, admin, 'user.created', `user:${user._id}`, { reason, role: wanted.role });
  return user;
}

/** Ends all sessions and tokens of a user, also of one who has no account here. */
export async function revokeByAdmin(
  desk: AccountDesk,
  admin: Admin,
  userId: UserId,
  reason: string,
): Promise<void> {
  await audited(desk, admin, 'user.revoke', `user:${userId}`, { reason });
  await revokeUser(desk, userId, 'revoked');
}

/**
 * Suspends or reinstates. A repeat does the same again: a suspension whose end was lost is completed.
 * @throws CodedError NOT_FOUND; FORBIDDEN for oneself and for the last admin
 */
export async function setState(
  desk: AccountDesk,
  admin: Admin,
  userId: UserId,
  state: UserDocument['state'],
  reason: string,
): Promise<UserDocument> {
  const user = await findUser(desk, userId);
  if (user === null) throw new CodedError('NOT_FOUND');
  const suspends = state === 'suspended';
  if (suspends && userId === admin.userId) throw new CodedError('FORBIDDEN', 'Not oneself.');
  if (suspends && user.role === 'admin' && (await otherAdmins(desk, userId)) === 0)
    throw new CodedError('FORBIDDEN', 'The last admin stays.');
  const action = suspends ? 'user.suspend' : 'user.reinstate';
  await audited(desk, admin, action, `user:${userId}`, { reason });
  const changed = user.state === state ? user : await updateAccount(desk, userId, user.version, { state });
  // After the state: a sign-in in between would find an account that is still active.
  if (suspends) await revokeUser(desk, userId, 'suspended');
  return changed;
}
