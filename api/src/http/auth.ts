import { CodedError } from '@rideline/contract';
import type { Revocations } from '@rideline/fleet/accounts/revocation-list';
import { verifyRemembered } from '@rideline/platform/tokens/token-memory';
import type { Principal, TokenKeys } from '@rideline/platform/tokens/tokens';
import type { Access } from './route.ts';

const BEARER = /^Bearer ([A-Za-z0-9._~+/-]{1,4096}=*)$/i;
/** Query parameters that clients use for tokens. A token in the URL would end up in every log on the way. */
const TOKEN_PARAMETERS = ['token', 'access_token', 'authorization', 'jwt'];

export interface Credentials {
  readonly authorization: string | undefined;
  readonly searchParams: URLSearchParams;
}

/**
 * Authenticates the caller and checks the route's roles, this server's region and revocations.
 * @throws CodedError TOKEN_IN_URL, UNAUTHENTICATED, TOKEN_INVALID, TOKEN_EXPIRED, WRONG_AUDIENCE, FORBIDDEN, TOKEN_REVOKED
 */
export async function authenticate(
  keys: TokenKeys,
  region: string,
  access: Access,
  credentials: Credentials,
  revocations?: Pick<Revocations, 'isRevoked'>,
): Promise<Principal | undefined> {
  if (TOKEN_PARAMETERS.some((name) => credentials.searchParams.has(name)))
    throw new CodedError('TOKEN_IN_URL');
  if (access === 'public') return undefined;
  const token = credentials.authorization?.match(BEARER)?.[1];
  if (token === undefined) throw new CodedError('UNAUTHENTICATED');
  const principal = await verifyRemembered(keys, token, { audience: access });
  if (principal.region !== region) throw new CodedError('FORBIDDEN', 'The token is for another region.');
  if (revocations?.isRevoked(principal)) throw new CodedError('TOKEN_REVOKED');
  return principal;
}
