import { createHash, timingSafeEqual } from 'node:crypto';
import {
  CodedError,
  createAccountSchema,
  emptySchema,
  loginForm,
  loginSchema,
  refreshSchema,
  type SignedIn,
  signedInSchema,
  signInSchema,
  type UserId,
} from '@rideline/contract';
import {
  type AccountService,
  beginSession,
  refresh,
  register,
  revokeUser,
  signIn,
  signOut,
} from '@rideline/fleet/accounts/account-sessions';
import { knowsNetwork, rememberNetwork } from '@rideline/fleet/accounts/account-store';
import { type Route, route } from '../http/route.ts';
import { networkKey } from '../limits/limit-keys.ts';
import type { ApiMetrics } from '../metrics.ts';
import type { Dependency } from '../process/dependency.ts';
import { counted } from './account-calls.ts';
import type { SessionLimits } from './session-limits.ts';
import type { SignInLimits } from './sign-in-limits.ts';

export interface DemoOperator {
  readonly name: UserId;
  readonly password: string;
}

export interface SignInParts {
  readonly mongo: Dependency;
  readonly accountService: AccountService;
  /** From the environment; production refuses such a configuration. */
  readonly operator: DemoOperator | undefined;
  readonly limits: SignInLimits;
  readonly sessionLimits: SessionLimits;
  readonly metrics: ApiMetrics;
}

/** Compares texts of any length in constant time: digests have equal length. */
function sameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

async function signInAs(
  { accountService, operator }: SignInParts,
  name: string,
  password: string,
): Promise<SignedIn> {
  const isOperator = operator !== undefined && sameText(name, operator.name);
  if (isOperator) {
    if (!sameText(password, operator.password))
      throw new CodedError('UNAUTHENTICATED', 'The name or the password is wrong.');
    return beginSession(accountService, { _id: operator.name, role: 'operator' });
  }
  // A malformed login matches no account; the answer takes as long as for a well-formed one.
  return signIn(accountService, loginSchema.safeParse(name).data ?? '', password);
}

/** Also remembers the network, so that strangers' guesses do not lock its users out of this account. */
async function succeeded(
  { mongo, accountService, limits, metrics }: SignInParts,
  account: string,
  address: string,
): Promise<void> {
  const network = networkKey(account, address);
  await Promise.all([
    limits.succeeded({ account, address }),
    // The session exists already: a network that could not be stored is remembered at the next sign-in.
    mongo
      .call(() => rememberNetwork(accountService, account, network))
      .catch(() => metrics.networks_not_remembered_total.inc()),
  ]);
}

export function signInRoutes(parts: SignInParts): Route[] {
  const { mongo, accountService, limits, metrics } = parts;
  return [
    route({
      method: 'post',
      path: '/v1/accounts',
      operation: 'createAccount',
      summary:
        'Registers a rider or a driver and signs in. The login is an e-mail address or a phone number, unique in a region.',
      access: 'public',
      limit: 'sign-in',
      body: createAccountSchema,
      status: 201,
      idempotent: true,
      answer: signedInSchema,
      problems: ['CONFLICT', 'SHED', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ body, clientAddress }) => {
        const signedIn = await counted(
          metrics,
          'register',
          mongo.call(() => register(accountService, body)),
        );
        await succeeded(parts, body.login, clientAddress);
        return signedIn;
      },
    }),
    route({
      method: 'post',
      path: '/v1/sign-in',
      operation: 'signIn',
      summary:
        'Starts a session: an access token for 15 minutes and a refresh token. For accounts of all roles.',
      access: 'public',
      limit: 'sign-in',
      body: signInSchema,
      answer: signedInSchema,
      problems: ['UNAUTHENTICATED', 'FORBIDDEN', 'SHED', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ body: { name, password }, clientAddress: address }) => {
        const account = loginForm(name);
        const isKnown = (network: string) => mongo.read(() => knowsNetwork(accountService, account, network));
        await limits.count({ account, address, isKnown });
        const signedIn = await counted(
          metrics,
          'sign_in',
          mongo.call(() => signInAs(parts, name, password)),
        );
        await succeeded(parts, account, address);
        return signedIn;
      },
    }),
    ...sessionRoutes(parts),
  ];
}

function sessionRoutes({ mongo, accountService, sessionLimits, metrics }: SignInParts): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/token',
      operation: 'refreshToken',
      summary:
        'Issues the next access token and refresh token of a session. A refresh token works once; reuse ends its session, except one repeat within 10 s after a lost answer.',
      access: 'public',
      // By session, see session-limits.ts.
      limit: 'none',
      body: refreshSchema,
      answer: signedInSchema,
      problems: ['TOKEN_INVALID', 'TOKEN_REVOKED', 'SCALE_003', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ body, clientAddress }) => {
        await sessionLimits.count(body.refreshToken, clientAddress);
        const refreshed = await mongo.call(() => refresh(accountService, body.refreshToken));
        metrics.sign_ins_total.inc({ what: 'refresh', outcome: refreshed.outcome });
        if ('signedIn' in refreshed) return refreshed.signedIn;
        throw new CodedError(refreshed.outcome === 'unknown' ? 'TOKEN_INVALID' : 'TOKEN_REVOKED');
      },
    }),
    route({
      method: 'post',
      path: '/v1/sign-out',
      operation: 'signOut',
      summary:
        'Ends the session of a refresh token, its access tokens and its sockets. Repeats change nothing.',
      access: 'public',
      limit: 'none',
      body: refreshSchema,
      answer: emptySchema,
      problems: ['SCALE_003', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ body, clientAddress }) => {
        await sessionLimits.count(body.refreshToken, clientAddress);
        await mongo.call(() => signOut(accountService, body.refreshToken));
        return {};
      },
    }),
    route({
      method: 'post',
      path: '/v1/sign-out-everywhere',
      operation: 'signOutEverywhere',
      summary: 'Ends all sessions, tokens and sockets of the caller, on every node.',
      access: ['rider', 'driver', 'operator', 'admin'],
      limit: 'standard',
      answer: emptySchema,
      problems: ['UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ caller }) => {
        await mongo.call(() => revokeUser(accountService, caller.userId, 'sign_out_everywhere'));
        return {};
      },
    }),
  ];
}
