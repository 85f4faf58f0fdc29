import { accountSchema, changePasswordSchema, patchMeSchema, signedInSchema } from '@rideline/contract';
import { type AccountService, changePassword, updateOwn } from '@rideline/fleet/accounts/account-sessions';
import { accountView, findUser } from '@rideline/fleet/accounts/account-store';
import type { Cache } from '@rideline/platform/cache/cache';
import { answerCached } from '../cache/cached-answer.ts';
import { type Route, route } from '../http/route.ts';
import type { ApiMetrics } from '../metrics.ts';
import type { Dependency } from '../process/dependency.ts';
import { counted } from './account-calls.ts';
import type { SignInLimits } from './sign-in-limits.ts';

const ALL_ROLES = ['rider', 'driver', 'operator', 'admin'] as const;

/** The caller's own account. A development token may carry an id that has no account: NOT_FOUND. */
export function meRoutes({
  mongo,
  accountService,
  cache,
  limits,
  metrics,
}: {
  mongo: Dependency;
  accountService: AccountService;
  cache: Cache;
  limits: SignInLimits;
  metrics: ApiMetrics;
}): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/me',
      operation: 'getMe',
      summary: "The caller's account.",
      access: ALL_ROLES,
      limit: 'standard',
      cache: 'profile',
      answer: accountSchema,
      problems: ['NOT_FOUND', 'UNPRESENTABLE', 'UNAVAILABLE', 'TIMEOUT'],
      handle: (request) => {
        const { userId } = request.caller;
        return answerCached(cache, 'profile', userId, request, async () => {
          const user = await mongo.read(() => findUser(accountService, userId));
          return (
            user && {
              version: user.version,
              value: await mongo.read(() => accountView(accountService, user, request.onUnpresentable)),
            }
          );
        });
      },
    }),
    route({
      method: 'patch',
      path: '/v1/me',
      operation: 'updateMe',
      summary:
        "Changes the caller's name, or a driver's vehicle, if the account is still at the given version.",
      access: ALL_ROLES,
      limit: 'standard',
      body: patchMeSchema,
      answer: accountSchema,
      problems: ['NOT_FOUND', 'UNPRESENTABLE', 'CONFLICT', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ caller, body, onUnpresentable }) => {
        const user = await mongo.call(() => updateOwn(accountService, caller.userId, body));
        return mongo.call(() => accountView(accountService, user, onUnpresentable));
      },
    }),
    route({
      method: 'post',
      path: '/v1/me/password',
      operation: 'changePassword',
      summary: 'Changes the password. Every session of the caller ends; the answer starts a new one.',
      access: ALL_ROLES,
      limit: 'sign-in',
      body: changePasswordSchema,
      answer: signedInSchema,
      problems: ['FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'SHED', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ caller, body, clientAddress: address }) => {
        const account = `id:${caller.userId}`;
        await limits.count({ account, address, isKnown: async () => false });
        const changed = mongo.call(() => changePassword(accountService, caller.userId, body));
        const signedIn = await counted(metrics, 'password', changed);
        await limits.succeeded({ account, address });
        return signedIn;
      },
    }),
  ];
}
