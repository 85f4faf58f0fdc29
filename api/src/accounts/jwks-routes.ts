import { jwksSchema } from '@rideline/contract';
import { jwksOf, type TokenKeys } from '@rideline/platform/tokens/tokens';
import { type Route, route } from '../http/route.ts';

/** A new key is told half a minute before it signs (`./rideline rotate-keys`): nobody may keep the list for longer. */
const KEPT_SECONDS = 15;

/** The public keys of our access tokens, for services of the fleet's owner that verify them by themselves. */
export function jwksRoutes(keys: TokenKeys): Route[] {
  return [
    route({
      method: 'get',
      path: '/.well-known/jwks.json',
      summary: 'The public keys under which access tokens are signed, until their date.',
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
