import type { Role } from '@rideline/contract';
import { issueToken, readTokenKeys } from '@rideline/platform/tokens/tokens';

export type TokenIssuer = (role: Role, subject: string, ttlSeconds?: number) => Promise<string>;

/** Longer than any run. */
const TTL_SECONDS = 12 * 3600;

/** Signs tokens with the cluster's development keys, as its sign-in would. */
export async function createTokenIssuer(env: Readonly<Record<string, string>>): Promise<TokenIssuer> {
  const file = env.RIDELINE_TOKEN_KEYS_FILE;
  if (file === undefined) throw new Error('the cluster has no RIDELINE_TOKEN_KEYS_FILE');
  const keys = await readTokenKeys(file, { production: false });
  const region = env.RIDELINE_REGION ?? 'main';
  return async (role, subject, ttlSeconds = TTL_SECONDS) =>
    (await issueToken(keys, { subject, role, region, ttlSeconds })).token;
}
