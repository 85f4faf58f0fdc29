import { accountSchema, createUserSchema, emptySchema, reasonSchema, userIdSchema } from '@rideline/contract';
import type { AccountService } from '@rideline/fleet/accounts/account-sessions';
import { accountView } from '@rideline/fleet/accounts/account-store';
import { createUser, revokeByAdmin, setState } from '@rideline/fleet/accounts/user-administration';
import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import type { Dependency } from '../process/dependency.ts';

const userParams = z.strictObject({ userId: userIdSchema });

/** Administration of accounts. Every action is written to the audit log before it is performed. */
export function userRoutes({
  mongo,
  accountService,
}: {
  mongo: Dependency;
  accountService: AccountService;
}): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/users',
      operation: 'createUser',
      summary:
        'Creates an operator, admin or driver account; a reason is required. Logins are unique: a repeat is CONFLICT.',
      access: ['admin'],
      limit: 'standard',
      body: createUserSchema,
      status: 201,
      idempotent: true,
      answer: accountSchema,
      problems: ['CONFLICT', 'SHED', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ caller, body: { password, reason, ...account }, setHeader, onUnpresentable }) => {
        const user = await mongo.call(() => createUser(accountService, caller, account, password, reason));
        setHeader('Location', `/v1/users/${user._id}`);
        return mongo.call(() => accountView(accountService, user, onUnpresentable));
      },
    }),
    route({
      method: 'post',
      path: '/v1/users/:userId/revoke',
      operation: 'revokeUser',
      summary:
        'Ends all sessions, tokens and sockets of a user; a reason is required. The user may sign in again.',
      access: ['admin'],
      limit: 'standard',
      params: userParams,
      body: reasonSchema,
      answer: emptySchema,
      problems: ['UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ caller, params: { userId }, body: { reason } }) => {
        await mongo.call(() => revokeByAdmin(accountService, caller, userId, reason));
        return {};
      },
    }),
    ...(['suspend', 'reinstate'] as const).map((verb) =>
      route({
        method: 'post',
        path: `/v1/users/:userId/${verb}`,
        operation: `${verb}User`,
        summary:
          verb === 'suspend'
            ? 'Suspends a user at once, until they are reinstated; a reason is required. Admins cannot suspend themselves or the last admin.'
            : 'Reinstates a suspended user, who may then sign in again; a reason is required.',
        access: ['admin'],
        limit: 'standard',
        params: userParams,
        body: reasonSchema,
        answer: accountSchema,
        problems: ['NOT_FOUND', 'UNPRESENTABLE', 'CONFLICT', 'UNAVAILABLE', 'TIMEOUT'],
        handle: async ({ caller, params: { userId }, body: { reason }, onUnpresentable }) => {
          const state = verb === 'suspend' ? 'suspended' : 'active';
          const user = await mongo.call(() => setState(accountService, caller, userId, state, reason));
          return mongo.call(() => accountView(accountService, user, onUnpresentable));
        },
      }),
    ),
  ];
}
