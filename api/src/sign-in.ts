import { createHash, timingSafeEqual } from 'node:crypto';
import { CodedError, type RegionId, signedInSchema, signInSchema, type UserId } from '@rideline/contract';
import { issueToken, type TokenKeys } from '@rideline/platform/tokens';
import { type Route, route } from './route.ts';
import type { SignInLimits } from './sign-in-limits.ts';

/** A shift and its handover. */
const OPERATOR_TOKEN_SECONDS = 12 * 3600;

export interface DemoOperator {
  readonly name: UserId;
  readonly password: string;
}

/** Compares texts of any length in constant time: their digests have one length. */
function sameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/**
 * Sign-in of the operator's page. Until accounts exist (a later issue) it knows only the development operator of the environment, and is
 * NOT_FOUND without one; production refuses such a configuration.
 */
export function signInRoutes(parts: {
  operator: DemoOperator | undefined;
  keys: TokenKeys;
  region: RegionId;
  limits: SignInLimits;
}): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/sign-in',
      summary: "A token for the operator's page (development operator).",
      access: 'public',
      limit: 'sign-in',
      body: signInSchema,
      answer: signedInSchema,
      problems: ['UNAUTHENTICATED', 'NOT_FOUND'],
      handle: async ({ body }) => {
        const { operator, keys, region, limits } = parts;
        if (operator === undefined) throw new CodedError('NOT_FOUND');
        await limits.count(body.name);
        // Both are compared always, so that the time does not tell which was wrong.
        const rightName = sameText(body.name, operator.name);
        const rightPassword = sameText(body.password, operator.password);
        if (!rightName || !rightPassword)
          throw new CodedError('UNAUTHENTICATED', 'Name or password is wrong.');
        await limits.forgive(body.name);
        const claims = {
          subject: operator.name,
          role: 'operator',
          region,
          ttlSeconds: OPERATOR_TOKEN_SECONDS,
        } as const;
        const { token, expiresAtMs } = await issueToken(keys, claims);
        return { token, expiresAt: new Date(expiresAtMs).toISOString(), role: 'operator', id: operator.name };
      },
    }),
  ];
}
