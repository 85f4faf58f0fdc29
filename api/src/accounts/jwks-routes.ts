import { jwksSchema } from '@rideline/contract';
import { jwksOf, type TokenKeys } from '@rideline/platform/tokens/tokens';
import { type Route, route } from '../http/route.ts';

/** A new key is published 30 s before it signs (`./rideline rotate-keys`), so clients must not cache the list for longer. */
const KEPT_SECONDS = 15;

/** The public keys of access tokens, for the fleet owner's own services that verify tokens locally. */
export function jwksRoutes(keys: TokenKeys): Route[] {
  return [
    route({
      method: 'get',
      path: '/.well-known/jwks.json',
      operation: 'getTokenKeys',
      summary: 'The public keys that verify access tokens, each with its end date.',
      access: 'public',
      limit: 'standard',
      answer: jwksSchema,
      handle: ({ setHeader }) => {
        setHeader('Cache-Control', `public, max-age=${KEPT_SECONDS}`);
        return jwksOf(keys, Date.now());
      },
    }),
  ];
}
