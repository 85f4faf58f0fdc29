import {
  accountSchema,
  createUserSchema,
  emptySchema,
  userActionSchema,
  userIdSchema,
} from '@rideline/contract';
import type { AccountService } from '@rideline/fleet/accounts/account-sessions';
import { accountView } from '@rideline/fleet/accounts/account-store';
import { createUser, revokeByAdmin, setState } from '@rideline/fleet/accounts/user-administration';
import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import type { Dependency } from '../process/dependency.ts';

const userParams = z.strictObject({ userId: userIdSchema });

/** Accounts in the hands of admins; every act has its entry in the audit log before it happens. */
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
      summary:
        'Makes an account of an operator, an admin or a driver, with a reason. Its login is the key: a repeat is CONFLICT.',
      access: ['admin'],
      limit: 'standard',
      body: createUserSchema,
      status: 201,
      idempotent: true,
      answer: accountSchema,
      problems: ['CONFLICT', 'SHED', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ caller, body: { password, reason, ...wanted }, setHeader }) => {
        const user = await mongo.call(() => createUser(accountService, caller, wanted, password, reason));
        setHeader('Location', `/v1/users/${user._id}`);
        return mongo.call(() => accountView(accountService, user));
      },
    }),
    route({
      method: 'post',
      path: '/v1/users/:userId/revoke',
      summary: "Ends all of a user's sessions, tokens and sockets, with a reason. He may sign in again.",
      access: ['admin'],
      limit: 'standard',
      params: userParams,
      body: userActionSchema,
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
        summary:
          verb === 'suspend'
            ? 'Keeps a user out, at once and until he is reinstated, with a reason. Not oneself, not the last admin.'
            : 'Lets a suspended user sign in again, with a reason.',
        access: ['admin'],
        limit: 'standard',
        params: userParams,
        body: userActionSchema,
        answer: accountSchema,
        problems: ['NOT_FOUND', 'CONFLICT', 'UNAVAILABLE', 'TIMEOUT'],
        handle: async ({ caller, params: { userId }, body: { reason } }) => {
          const state = verb === 'suspend' ? 'suspended' : 'active';
          const user = await mongo.call(() => setState(accountService, caller, userId, state, reason));
          return mongo.call(() => accountView(accountService, user));
        },
      }),
    ),
  ];
}
